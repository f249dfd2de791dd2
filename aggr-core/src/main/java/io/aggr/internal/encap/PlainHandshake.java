package io.aggr.internal.encap;

import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.internal.encap.PlainAssociation.Standing;
import io.aggr.internal.frame.DataHeader;
import io.aggr.internal.frame.DatagramKind;
import io.aggr.internal.frame.FrameCheck;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.FrameVerdict;
import io.aggr.internal.frame.HelloFrame;
import io.aggr.internal.frame.HelloFrame.Step;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Agrees with each peer on an association, by HELLO frames. Reads and writes the datagrams, and keeps the times; what a HELLO means is decided in
 * {@link PlainAssociation}. What it remembers is bounded by the configuration, not by what arrives.
 */
final class PlainHandshake implements Handshake {

    private static final long MAX_ID = 0xFFFF_FFFFL;
    private static final int MAX_HELLO_BYTES = DataHeader.BYTES + HelloFrame.MIN_BYTES + HelloFrame.MAX_LINKS;
    private static final byte[] NO_LINKS = {};
    // Odd, so that adding it again and again comes by every number.
    private static final long STRIDE = 0x9E37_79B9_7F4A_7C15L;

    private final LongSupplier random;
    private final PlainPeers peers;
    private final Map<Integer, PlainPeer> byNumber = new TreeMap<>();
    private final ByteBuffer datagram = ByteBuffer.allocate(MAX_HELLO_BYTES);
    // Asked for with each packet, changed by greetings only: looked up again after one of those.
    private boolean deadlineStale = true;
    private boolean nothingDue;
    private long deadlineNanos;

    /**
     * Makes a handshake without peers.
     *
     * @param random 64 random bits at each call
     * @param peers where the opener finds the configured ids
     */
    PlainHandshake(LongSupplier random, PlainPeers peers) {
        this.random = random;
        this.peers = peers;
    }

    @Override
    public void addPeer(int peer, String name, ProviderConfig options) {
        deadlineStale = true;
        options.require("id");
        int id = (int) options.integer("id", 1, 1, MAX_ID);
        PlainPeer namesake = peers.byId().get(id);
        if (namesake != null) {
            throw new IllegalArgumentException("id must be unique: peers " + namesake.name + " and " + name
                    + " both have " + Integer.toUnsignedString(id));
        }
        if (byNumber.containsKey(peer)) {
            throw new IllegalArgumentException("peer " + peer + " was added before");
        }
        PlainPeer added = new PlainPeer(peer, name, id, freshId(), random);
        byNumber.put(peer, added);
        peers.set(peers.byId().with(id, added));
    }

    @Override
    public void removePeer(int peer) {
        deadlineStale = true;
        PlainPeer removed = byNumber.remove(peer);
        if (removed != null) {
            peers.set(peers.byId().without(removed.id));
        }
    }

    @Override
    public void connect(int peer, long nowNanos, HandshakeOutput out) {
        deadlineStale = true;
        PlainPeer wanted = byNumber.get(peer);
        if (wanted != null) {
            wanted.want();
            int[] lines = learnLines(wanted, nowNanos, out);
            wanted.schedule.wake(nowNanos);
            sendDue(wanted, lines, nowNanos, out);
        }
    }

    @Override
    public void poll(long nowNanos, HandshakeOutput out) {
        deadlineStale = true;
        for (PlainPeer peer : byNumber.values()) {
            if (peer.isActive()) {
                sendDue(peer, learnLines(peer, nowNanos, out), nowNanos, out);
            }
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        if (deadlineStale) {
            deadlineStale = false;
            long least = Long.MAX_VALUE;
            for (PlainPeer peer : byNumber.values()) {
                least = Math.min(least, peer.schedule.nanosToDeadline(nowNanos));
            }
            nothingDue = least == Long.MAX_VALUE;
            deadlineNanos = nowNanos + least;
        }
        return nothingDue ? Long.MAX_VALUE : deadlineNanos - nowNanos;
    }

    @Override
    public void receive(ByteBuffer received, HandshakeSource source, long nowNanos, HandshakeOutput out) {
        deadlineStale = true;
        int offset = received.position();
        int hello = offset + DataHeader.BYTES;
        if (!isHello(received, offset, received.remaining())) {
            return;
        }
        PlainPeer peer = peers.byId().get(DataHeader.receiverIndex(received, offset));
        if (peer == null) {
            return;
        }
        PlainAssociation association = peer.association;
        int link = DataHeader.linkId(received, offset);
        Step step = HelloFrame.step(received, hello);
        long sender = HelloFrame.sender(received, hello);
        long known = HelloFrame.known(received, hello);
        Standing standing = association.standing(sender, known);
        switch (standing) {
            case ECHO -> out.warn(peer.number, "line " + link + " brings back what was sent on it");
            case CURRENT, FRESH -> proceed(peer, standing, step, sender, link, source, nowNanos, out);
            case STRANGER -> {
                if (association.answersStranger(step, sender, known) && peer.strangers.take(nowNanos)) {
                    out.reply(source, hello(peer, link, Step.ACK, association.nameFor(sender), sender, NO_LINKS));
                }
            }
        }
    }

    /** The sender has shown that it hears us. */
    private void proceed(
            PlainPeer peer,
            Standing standing,
            Step step,
            long sender,
            int link,
            HandshakeSource source,
            long nowNanos,
            HandshakeOutput out) {
        PlainAssociation association = peer.association;
        boolean begins = standing == Standing.FRESH;
        if (begins && step == Step.DONE) {
            // Nobody can have a link open in an association that we have not begun.
            return;
        }
        if (!begins && association.exceedsLinks(step, link)) {
            out.warn(
                    peer.number,
                    "line " + link + " is one more than the " + PlainAssociation.MAX_OPEN_LINKS
                            + " lines that a peer can have");
            return;
        }
        Step answer = begins ? (step == Step.ACK ? Step.HELLO : Step.DONE) : association.answer(step, link);
        if (answer != null && !peer.answers.take(nowNanos)) {
            return;
        }
        int[] lines = learnLines(peer, nowNanos, out);
        if (begins) {
            association.begin(sender, freshId());
            peer.schedule.restart(nowNanos);
            if (peer.beginsTooOften(nowNanos)) {
                out.warn(
                        peer.number,
                        "begins one association after the other; do two machines use id "
                                + Integer.toUnsignedString(peer.id) + "?");
            }
        }
        boolean asksAgain = step == Step.HELLO || (step == Step.DONE && peer.schedule.isAsking(link));
        if (association.apply(step, link) || asksAgain) {
            // Who asks again misses something, so both threads get the session again: the core may have had no room for
            // it.
            out.established(peer.session());
        }
        if (step == Step.DONE) {
            peer.schedule.stop(link);
        }
        if (answer != null) {
            out.reply(source, hello(peer, link, answer, association.own(), association.peer(), NO_LINKS));
            if (begins || answer == Step.HELLO) {
                peer.schedule.sent(link, nowNanos);
            }
        }
        sendDue(peer, lines, nowNanos, out);
    }

    private static boolean isHello(ByteBuffer received, int offset, int lengthBytes) {
        int hello = offset + DataHeader.BYTES;
        return DataHeader.kind(received, offset, lengthBytes, 0) == DatagramKind.DATA
                && FrameType.of(received.get(hello)) == FrameType.HELLO
                && FrameCheck.check(received, hello, lengthBytes - DataHeader.BYTES) == FrameVerdict.OK;
    }

    private int[] learnLines(PlainPeer peer, long nowNanos, HandshakeOutput out) {
        int[] lines = new int[out.lines(peer.number)];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = out.line(peer.number, i);
        }
        peer.schedule.setLines(lines, nowNanos);
        return lines;
    }

    private void sendDue(PlainPeer peer, int[] lines, long nowNanos, HandshakeOutput out) {
        byte @Nullable [] numbers = null;
        PlainAssociation association = peer.association;
        long sender = association.exists() ? association.own() : association.next();
        for (int line : lines) {
            if (peer.schedule.isDue(line, nowNanos)) {
                numbers = numbers == null ? announced(lines) : numbers;
                out.send(peer.number, line, hello(peer, line, Step.HELLO, sender, association.peer(), numbers));
                peer.schedule.sent(line, nowNanos);
            }
        }
    }

    private static byte[] announced(int[] lines) {
        byte[] numbers = new byte[Math.min(lines.length, HelloFrame.MAX_LINKS)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (byte) lines[i];
        }
        return numbers;
    }

    /** Written anew at each call; whoever gets it copies it. */
    private ByteBuffer hello(PlainPeer peer, int link, Step step, long sender, long known, byte[] links) {
        datagram.clear();
        int header = DataHeader.put(datagram, 0, link, peer.id, 0);
        // No capability is announced: nothing here knows what the links can read.
        int frame = HelloFrame.put(datagram, header, step, sender, known, 0, links, links.length);
        return datagram.position(0).limit(header + frame);
    }

    /** A new id for an association; its receiver index is not 0 and not in use. */
    private long freshId() {
        long id = random.getAsLong();
        while (PlainSession.indexOf(id) == 0 || isIndexUsed(PlainSession.indexOf(id))) {
            id += STRIDE;
        }
        return id;
    }

    private boolean isIndexUsed(int index) {
        for (PlainPeer peer : byNumber.values()) {
            if (index == PlainSession.indexOf(peer.association.next())
                    || index == PlainSession.indexOf(peer.association.own())) {
                return true;
            }
        }
        return false;
    }
}
