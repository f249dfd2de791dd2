package io.aggr.link;

import io.aggr.packet.PacketBatch;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that carries datagrams over one line: a UDP socket, a raw socket, a radio, a pair of queues in a test. It neither knows what the
 * datagrams mean nor does it wait: sending and receiving return at once.
 *
 * <p><b>Far ends.</b> One link may serve many far ends, as a hub's one socket does. A far end is an {@code int} that the link gives out.
 * An id that {@link #receive} fills in is valid until the next {@code receive}, unless it is {@link #isKept kept}: the core keeps a far end
 * once it has proved to be a peer. So strangers cannot fill a table. A link whose far end is known from the start has it as
 * {@link #CONFIGURED_REMOTE}.
 *
 * <p><b>Threading.</b> {@link #receive}, {@link #keep} and {@link #release} are called by one thread, {@link #send} and {@link #fault} by
 * one other thread at the same time; the rest by any thread. A kept id is safe to use by the sending thread. {@link #close} may come from any
 * thread; calls under way return, later ones do nothing.
 *
 * <p><b>Failure.</b> No exception leaves {@code send} and {@code receive}: what happened is read from {@link #fault} and
 * {@link #receiveFault}. A link that has failed for good ({@link LinkFault#meansDown}) is closed and opened again by the core, with back-off.
 *
 * <p><b>Packet path.</b> {@code send} and {@code receive} allocate nothing where the system lets them, take no locks and log nothing.
 *
 * @since 0.1
 */
public interface Link extends AutoCloseable {

    /** The id of the far end that the link was opened with. */
    int CONFIGURED_REMOTE = 0;

    /** No far end. */
    int NO_REMOTE = -1;

    /**
     * The line's name, as in the settings.
     *
     * @return a short name
     */
    String name();

    /**
     * How to learn that there is something to receive.
     *
     * @return always the same
     */
    Watch watch();

    /**
     * What each datagram to a far end costs on the line besides its own bytes, for pacing: 28 for UDP over IPv4, 48 over IPv6.
     *
     * @param remote a kept far end
     * @return bytes per datagram
     */
    int overheadBytes(int remote);

    /**
     * Longest datagram that the link takes, as far as the local interface tells.
     *
     * @return bytes of payload, at least 508
     */
    int maxDatagramBytes();

    /**
     * Whether each datagram leaves as one packet that nobody on the way may cut: with the don't-fragment bit over IPv4 and without a fragment
     * header over IPv6, so that one which is too long for the path is lost instead of arriving in pieces, and one which is too long for the
     * local interface is refused with {@link LinkFault#TOO_LARGE}. Only then can the core find out by probes how long the packets of this line
     * may be (RFC 8899 section 3); otherwise the MTU in the configuration stands. A link that carries datagrams of any length up to
     * {@link #maxDatagramBytes} whole, such as one in memory, may say so too.
     *
     * @return always the same; false unless the link knows better; any thread
     */
    default boolean forbidsFragmentation() {
        return false;
    }

    /**
     * Receives what has arrived, at most until the batch or its region is full. Each entry gets its far end. Datagrams longer than the room
     * for them are dropped whole and counted by the link, never delivered in part.
     *
     * @param batch an open batch; entries are added
     * @return how many entries were added; 0 if nothing is there
     */
    int receive(PacketBatch batch);

    /**
     * What went wrong at the last {@link #receive}.
     *
     * @return {@link LinkFault#NONE} if nothing did
     */
    LinkFault receiveFault();

    /**
     * Datagrams that {@link #receive} dropped because they were longer than the room for them.
     *
     * @return datagrams since the link was opened; any thread
     */
    default long oversizedDatagrams() {
        return 0;
    }

    /**
     * Sends a run of datagrams to one far end, in order. The link chooses the cheapest way: one call for equal sizes, one call for many, or
     * one by one.
     *
     * @param batch holds the datagrams; unchanged afterwards
     * @param from first entry
     * @param count how many entries
     * @param remote a kept far end
     * @return how many the system took; if fewer than {@code count}, {@link #fault} says why entry {@code from + result} was not taken
     */
    int send(PacketBatch batch, int from, int count, int remote);

    /**
     * Why the last {@link #send} took fewer than it was given.
     *
     * @return {@link LinkFault#NONE} if it took all
     */
    LinkFault fault();

    /**
     * Whether an id outlives the next {@link #receive}.
     *
     * @param remote an id
     * @return whether it is kept
     */
    boolean isKept(int remote);

    /**
     * Makes the id of a received datagram permanent. From now on datagrams of this far end carry the returned id.
     *
     * @param remote an id of the last batch received, kept or not
     * @return the permanent id; the same if it was kept already
     */
    int keep(int remote);

    /**
     * Gives a kept id back. The configured far end stays.
     *
     * @param remote a kept id that nobody sends to any more
     */
    void release(int remote);

    /**
     * Where a far end is, for status and logs.
     *
     * @param remote a valid id
     * @return its address, or null if the link has none in the sense of the JDK or the id is not valid
     */
    @Nullable
    SocketAddress address(int remote);

    /**
     * Where the link itself is.
     *
     * @return its local address, or null if it has none in the sense of the JDK
     */
    @Nullable
    SocketAddress localAddress();

    /** Closes the link. Idempotent; never throws; a wait for it in a selector ends. */
    @Override
    void close();
}
