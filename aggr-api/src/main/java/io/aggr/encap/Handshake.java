package io.aggr.encap;

import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;

/**
 * The control side of an encapsulator: agrees with peers on sessions.
 *
 * <p><b>Threading.</b> All methods are called serially with happens-before between calls, on a thread that carries no packets and may take
 * milliseconds. {@link Session}s are handed over as immutable objects.
 *
 * <p><b>Time and chance</b> come from outside: the clock as an argument, randomness from the {@link EncapsulatorProvider}'s arguments.
 *
 * @since 0.1
 */
public interface Handshake {

    /**
     * A peer was configured.
     *
     * @param peer its number, small, never used twice
     * @param name its name for messages
     * @param options what the encapsulation has to know of it, such as keys; read them all here
     * @throws IllegalArgumentException if an option is wrong or contradicts another peer
     */
    void addPeer(int peer, String name, ProviderConfig options);

    /**
     * A peer was taken out of the configuration.
     *
     * @param peer its number
     */
    void removePeer(int peer);

    /**
     * This end wants a session with the peer: at the start, when it has got another line, and again and again while all lines are silent. Asking
     * while a session is being made changes nothing but that an encapsulator may ask the peer a little earlier. Asking although there is a
     * session makes it find out at once whether the peer still knows of it, and does not disturb the session if it does. Nothing happens if no
     * line leads to the peer.
     *
     * @param peer its number
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes datagrams and sessions
     */
    void connect(int peer, long nowNanos, HandshakeOutput out);

    /**
     * The numbers of the association are nearly used up: this end's next session with the peer shall begin a new one. Asked again while that has not
     * come about. An encapsulation without associations need not do anything.
     *
     * @param peer its number
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes datagrams and sessions
     */
    default void renumber(int peer, long nowNanos, HandshakeOutput out) {}

    /**
     * A datagram of the handshake has arrived: one that the {@link Opener} called {@link OpenOutcome#HANDSHAKE}. It may come from anybody.
     *
     * @param datagram the bytes between position and limit; valid during the call
     * @param source where it came from, to be handed back to {@link HandshakeOutput#reply}
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes datagrams and sessions
     */
    void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput out);

    /**
     * Time has passed.
     *
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes datagrams and sessions
     */
    void poll(long nowNanos, HandshakeOutput out);

    /**
     * When {@link #poll} has to be called next.
     *
     * @param nowNanos monotonic time in nanoseconds
     * @return distance in nanoseconds, 0 or less if it is due; {@link Long#MAX_VALUE} when nothing is pending
     */
    long nanosToDeadline(long nowNanos);
}
