package io.aggr.examples.lab.attack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What somebody who sees one encrypted packet pass learns from its header.
 *
 * @param line number of the line
 * @param index finds the session at the receiver
 * @param counter low 32 bits of the packet's counter on the line
 */
record Observation(int line, int index, int counter) {

    /** Nothing was seen. */
    static final Observation NONE = new Observation(0, 0, 0);

    private static final int UDP = 17;
    private static final int DATA = 4;
    private static final int LARGEST_BYTES = 65_536;

    /** Looks at what passes this host until a packet of a bond goes to a port. */
    static Observation await(int port) throws IOException {
        int socket = RawSockets.observer();
        ByteBuffer memory = RawSockets.memory(LARGEST_BYTES).order(ByteOrder.BIG_ENDIAN);
        while (true) {
            int lengthBytes = RawSockets.receive(socket, memory);
            int ipBytes = (memory.get(0) & 0x0f) * 4;
            int at = ipBytes + 8;
            if (lengthBytes >= at + 10
                    && memory.get(9) == UDP
                    && Short.toUnsignedInt(memory.getShort(ipBytes + 2)) == port
                    && memory.get(at) == DATA) {
                return new Observation(
                        Byte.toUnsignedInt(memory.get(at + 1)), memory.getInt(at + 2), memory.getInt(at + 6));
            }
        }
    }
}
