package io.aggr.tun;

import io.aggr.packet.PacketBatch;
import java.io.IOException;
import java.util.Set;

/**
 * Where inner packets come from and go to: an interface of the system, or a host program. Packets are bare IP; what a platform puts in front of
 * them stays inside the implementation, which may use the batch's head-room for it.
 *
 * <p><b>Threading.</b> One thread calls {@link #read} and {@link #await}; one other thread calls {@link #write} at the same time; the rest any
 * thread. {@link #close} ends a wait; calls under way return.
 *
 * <p><b>Packet path.</b> No allocation, lock or log line per packet.
 *
 * @since 0.1
 */
public interface TunDevice extends AutoCloseable {

    /**
     * Name of the interface.
     *
     * @return as the system calls it
     */
    String name();

    /**
     * Longest packet.
     *
     * @return bytes
     */
    int mtuBytes();

    /**
     * Which entries of a batch may be more than one plain packet.
     *
     * @return constant
     */
    Set<TunOffload> offloads();

    /**
     * Longest entry that {@link #read} may deliver; an open batch needs this much room for another one.
     *
     * @return bytes: the MTU, or 65535 with super-packets
     */
    default int maxReadBytes() {
        return mtuBytes();
    }

    /**
     * Reads what is there without waiting, until the batch has less room than {@link #maxReadBytes}.
     *
     * @param batch an open batch; entries are added
     * @return how many entries were added; 0 if nothing is there
     * @throws IOException if the device is gone; the message names device, call and reason
     */
    int read(PacketBatch batch) throws IOException;

    /**
     * Writes packets in order without waiting. A packet that the system does not take (full, or refused) is dropped by the device and counted
     * in {@link #refusedPackets}.
     *
     * @param batch holds the packets; their head-room may be overwritten, nothing else
     * @param from first entry
     * @param count how many entries
     * @return how many were taken
     * @throws IOException if the device is gone; the message names device, call and reason
     */
    int write(PacketBatch batch, int from, int count) throws IOException;

    /**
     * Packets that {@link #write} dropped because the system did not take them.
     *
     * @return packets since the device was opened; any thread
     */
    long refusedPackets();

    /**
     * Waits until there is something to read, {@link #wakeup} is called, or the time is over.
     *
     * @param timeoutNanos longest time to wait; 0 or less only looks
     * @param forPackets false ignores what is there to read and waits for the other two
     * @throws IOException if the device is gone
     */
    void await(long timeoutNanos, boolean forPackets) throws IOException;

    /**
     * How much longer than asked for {@link #await} may last where the system's timers are coarse. What the core would have sent meanwhile it sends
     * afterwards, so a coarse timer costs bursts of that length, but no rate.
     *
     * @return nanoseconds, constant; 0 where timers are exact to a millisecond or so
     */
    default long timerLatenessNanos() {
        return 0;
    }

    /**
     * Whether who sends waits for room while packets are not read, as a host program may. Such a device is left unread while the bond's queues are nearly
     * full. What is not read of any other is lost sooner or later, with nobody told, so it is read as long as there is something.
     *
     * @return constant
     */
    default boolean holdsSendersBack() {
        return false;
    }

    /** Ends a wait that is going on or the next one. Any thread; cheap. */
    void wakeup();

    /** Closes the device and takes back what was configured. Idempotent; never throws. */
    @Override
    void close();
}
