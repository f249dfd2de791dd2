package io.aggr.examples.lab.emulator;

/**
 * What one direction of an emulated line has done so far.
 *
 * @param offeredPackets packets that reached its entrance
 * @param offeredBytes their IP bytes
 * @param deliveredPackets packets that left it
 * @param deliveredBytes their IP bytes
 * @param queueFullPackets packets that met a full queue
 * @param lostPackets packets that were lost behind the queue, by loss or in a silently dead line
 * @param tooLargePackets packets larger than the line's MTU
 * @param refusedPackets packets that the system did not take at the far end; anything but 0 is a fault of the emulator
 * @param queueNanos how long a packet that came now would wait before its own serialisation
 */
public record LineCounters(
        long offeredPackets,
        long offeredBytes,
        long deliveredPackets,
        long deliveredBytes,
        long queueFullPackets,
        long lostPackets,
        long tooLargePackets,
        long refusedPackets,
        long queueNanos) {}
