package io.aggr.testkit;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Plaintext;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An encapsulator as somebody else might write it: a handshake of two messages under a shared secret, and a counter and a keyed checksum on each
 * datagram. It shows that the contract is enough; it protects nothing.
 *
 * <pre>
 *   HELLO    1 | caller's nonce 8 | check 8 | 17 zeros
 *   WELCOME  2 | caller's nonce 8 | callee's nonce 8 | check 8
 *   DATA     3 | line 1 | counter 8 | plaintext | check 8
 * </pre>
 */
final class TwoStepEncapsulator implements Encapsulator {

    static final class Provider implements EncapsulatorProvider {
        @Override
        public String name() {
            return "two-step";
        }

        @Override
        public boolean authenticates() {
            return true;
        }

        @Override
        public Encapsulator create(ProviderConfig config, LongSupplier random) {
            return new TwoStepEncapsulator(random);
        }
    }

    private static final byte HELLO = 1;
    private static final byte WELCOME = 2;
    private static final byte DATA = 3;
    private static final int HELLO_BYTES = 34;
    private static final int WELCOME_BYTES = 25;
    private static final int HEADER_BYTES = 10;
    private static final int CHECK_BYTES = 8;
    private static final long RETRY_NANOS = 1_000_000_000L;

    private record Keys(int peer, long association, long key) implements Session {}

    private final LongSupplier random;
    private final Out out = new Out();
    private final In in = new In();
    private final Control control = new Control();

    private TwoStepEncapsulator(LongSupplier random) {
        this.random = random;
    }

    /** FNV-1a with a key: each step can be undone, so one changed bit always shows. */
    private static long check(long key, ByteBuffer buffer, int from, int to) {
        long hash = 0xCBF2_9CE4_8422_2325L ^ key;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (buffer.get(i) & 0xFF)) * 0x100_0000_01B3L;
        }
        return hash ^ (to - from);
    }

    @Override
    public EncapsulationTraits traits() {
        return new EncapsulationTraits(HEADER_BYTES, CHECK_BYTES, true, true);
    }

    @Override
    public Sealer sealer() {
        return out;
    }

    @Override
    public Opener opener() {
        return in;
    }

    @Override
    public Handshake handshake() {
        return control;
    }

    @Override
    public void close() {
        out.sessions.clear();
        in.sessions.clear();
    }

    private static final class Out implements Sealer {
        private final Map<Integer, Keys> sessions = new HashMap<>();

        @Override
        public void install(Session session) {
            sessions.put(session.peer(), (Keys) session);
        }

        @Override
        public void remove(int peer) {
            sessions.remove(peer);
        }

        @Override
        public boolean isReady(int peer) {
            return sessions.containsKey(peer);
        }

        @Override
        public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch batch) {
            Keys keys = sessions.get(peer);
            int sealed = 0;
            while (keys != null && sealed < run.count()) {
                int length = HEADER_BYTES + run.lengthBytes(sealed) + CHECK_BYTES;
                if (batch.nextRoomBytes() < length) {
                    break;
                }
                int at = batch.nextOffset();
                ByteBuffer buffer = batch.buffer();
                buffer.put(at, DATA).put(at + 1, (byte) link).putLong(at + 2, firstCounter + sealed);
                run.copyTo(sealed, buffer, at + HEADER_BYTES);
                int end = at + length - CHECK_BYTES;
                buffer.putLong(end, check(keys.key, buffer, at, end));
                batch.add(at, length);
                sealed++;
            }
            return sealed;
        }
    }

    private static final class In implements Opener {
        private final Map<Integer, Keys> sessions = new HashMap<>();
        private final Map<Integer, long[]> windows = new HashMap<>();

        @Override
        public void install(Session session) {
            sessions.put(session.peer(), (Keys) session);
            windows.clear();
        }

        @Override
        public void remove(int peer) {
            sessions.remove(peer);
        }

        @Override
        public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
            ByteBuffer buffer = batch.buffer();
            int at = batch.offset(index);
            int length = batch.length(index);
            if (length == 0) {
                return OpenOutcome.SHORT;
            }
            if (buffer.get(at) == HELLO || buffer.get(at) == WELCOME) {
                return OpenOutcome.HANDSHAKE;
            }
            if (buffer.get(at) != DATA) {
                return OpenOutcome.UNKNOWN_TYPE;
            }
            if (length < HEADER_BYTES + CHECK_BYTES) {
                return OpenOutcome.SHORT;
            }
            int end = at + length - CHECK_BYTES;
            for (Keys keys : sessions.values()) {
                if (buffer.getLong(end) == check(keys.key, buffer, at, end)) {
                    int line = buffer.get(at + 1) & 0xFF;
                    long counter = buffer.getLong(at + 2);
                    if (!isNew(windows.computeIfAbsent(line, l -> new long[] {-1, 0}), counter)) {
                        return OpenOutcome.REPLAYED;
                    }
                    result.set(keys.peer, line, counter, at + HEADER_BYTES, end - at - HEADER_BYTES);
                    return OpenOutcome.OPENED;
                }
            }
            return OpenOutcome.UNAUTHENTIC;
        }

        /** The highest counter and the 64 before it. */
        private static boolean isNew(long[] window, long counter) {
            long ahead = counter - window[0];
            if (ahead > 0) {
                window[1] = ahead < 64 ? window[1] << ahead | 1 : 1;
                window[0] = counter;
                return true;
            }
            long bit = ahead > -64 ? 1L << -ahead : 0;
            boolean isNew = bit != 0 && (window[1] & bit) == 0;
            window[1] |= bit;
            return isNew;
        }
    }

    private final class Control implements Handshake {
        private int peer = -1;
        private long secret;
        private long nonce;
        private boolean calling;
        private long retryAtNanos;
        private @Nullable Long lastHello;

        @Override
        public void addPeer(int newPeer, String name, ProviderConfig options) {
            peer = newPeer;
            secret = options.integer("secret", 0, 0, Long.MAX_VALUE);
        }

        @Override
        public void removePeer(int removed) {
            calling = false;
            peer = -1;
        }

        @Override
        public void connect(int wanted, long nowNanos, HandshakeOutput output) {
            if (!calling) {
                calling = true;
                nonce = random.getAsLong();
                hello(nowNanos, output);
            }
        }

        private void hello(long nowNanos, HandshakeOutput output) {
            ByteBuffer hello = ByteBuffer.allocate(HELLO_BYTES).put(HELLO).putLong(nonce);
            hello.putLong(check(secret, hello, 0, 9)).rewind();
            for (int i = 0; i < output.lines(peer); i++) {
                output.send(peer, output.line(peer, i), hello);
            }
            retryAtNanos = nowNanos + RETRY_NANOS;
        }

        @Override
        public void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput output) {
            int at = datagram.position();
            if (peer < 0 || datagram.remaining() < WELCOME_BYTES) {
                return;
            }
            long theirs = datagram.getLong(at + 1);
            if (datagram.get(at) == HELLO
                    && datagram.remaining() == HELLO_BYTES
                    && datagram.getLong(at + 9) == check(secret, datagram, at, at + 9)) {
                // The same HELLO over another line, or once more because the answer was lost, gets the same answer.
                if (lastHello == null || lastHello != theirs) {
                    lastHello = theirs;
                    nonce = random.getAsLong();
                    output.established(new Keys(peer, theirs ^ nonce, secret ^ theirs ^ nonce));
                }
                ByteBuffer welcome = ByteBuffer.allocate(WELCOME_BYTES)
                        .put(WELCOME)
                        .putLong(theirs)
                        .putLong(nonce);
                welcome.putLong(check(secret, welcome, 0, 17)).rewind();
                output.reply(source, welcome);
            } else if (datagram.get(at) == WELCOME
                    && calling
                    && theirs == nonce
                    && datagram.getLong(at + 17) == check(secret, datagram, at, at + 17)) {
                calling = false;
                long mine = datagram.getLong(at + 9);
                output.established(new Keys(peer, theirs ^ mine, secret ^ theirs ^ mine));
            }
        }

        @Override
        public void poll(long nowNanos, HandshakeOutput output) {
            if (calling && nowNanos - retryAtNanos >= 0) {
                hello(nowNanos, output);
            }
        }

        @Override
        public long nanosToDeadline(long nowNanos) {
            return calling ? retryAtNanos - nowNanos : Long.MAX_VALUE;
        }
    }
}
