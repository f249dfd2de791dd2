package io.aggr;

import io.aggr.internal.driver.ChannelTun;
import io.aggr.tun.TunDevice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/**
 * A TUN device that is no device: the program itself sends inner packets into the bond and receives what comes out. Needs no privilege and no
 * interface.
 *
 * <p>Hand {@link #device} to {@link Bond.Builder#tun(TunDevice)}; the bond closes it.
 *
 * <p><b>Threading.</b> One thread at a time may call {@link #send}, one at a time {@link #receive}; they may be different ones.
 *
 * @since 0.1
 */
public final class PacketChannel {

    private final ChannelTun tun;

    private PacketChannel(ChannelTun tun) {
        this.tun = tun;
    }

    /**
     * Opens a channel.
     *
     * @param mtuBytes longest packet, 576 to 65535
     * @param capacityPackets packets that may wait in each direction, 2 or more
     * @return an open channel
     */
    public static PacketChannel open(int mtuBytes, int capacityPackets) {
        if (mtuBytes < 576 || mtuBytes > 65_535) {
            throw new IllegalArgumentException("the MTU of a channel must be 576..65535 bytes, got " + mtuBytes);
        }
        if (capacityPackets < 2) {
            throw new IllegalArgumentException("a channel must hold 2 packets or more, got " + capacityPackets);
        }
        return new PacketChannel(new ChannelTun(mtuBytes, capacityPackets));
    }

    /**
     * Sends a packet into the bond.
     *
     * @param packet an IPv4 or IPv6 packet between position and limit; copied, the position moves to the limit
     * @return false if the bond is busy and the packet was not taken
     * @throws IllegalArgumentException if the packet is longer than the MTU
     */
    public boolean send(ByteBuffer packet) {
        return tun.offer(packet);
    }

    /**
     * Sends a packet into the bond, waiting while it is busy.
     *
     * @param packet as for {@link #send(ByteBuffer)}
     * @param timeout longest time to wait
     * @return false if the time is over, the channel is closed or the thread was interrupted
     */
    public boolean send(ByteBuffer packet, Duration timeout) {
        return tun.offer(packet, timeout.toNanos());
    }

    /**
     * Receives a packet that came out of the bond.
     *
     * @param target takes the packet from its position on; the position moves behind it
     * @param timeout longest time to wait
     * @return length of the packet; 0 if the time is over, the channel is closed or the thread was interrupted
     * @throws java.nio.BufferOverflowException if the packet does not fit; it stays
     */
    public int receive(ByteBuffer target, Duration timeout) {
        return tun.take(Objects.requireNonNull(target, "target"), timeout.toNanos());
    }

    /**
     * The bond's side of the channel.
     *
     * @return always the same
     */
    public TunDevice device() {
        return tun;
    }
}
