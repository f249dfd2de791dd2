package io.aggr.internal.path;

import java.util.Arrays;

/**
 * Packets that were given to one line and wait for its pacer: urgent ones first, each kind in order. A packet in here has a sequence but no
 * counter yet, so it can move to another line for free.
 *
 * <p>Confined to the thread that sends. Holds slots; what a slot stands for is the owner's business.
 */
public final class Backlog {

    /** No slot. */
    public static final int NONE = -1;

    private final Ring urgent = new Ring();
    private final Ring ordinary = new Ring();
    private int bytes;
    private int urgentBytes;

    /**
     * Appends a packet.
     *
     * @param slot the packet
     * @param wireBytes its bytes on the line
     * @param isUrgent whether it goes before ordinary ones
     */
    public void add(int slot, int wireBytes, boolean isUrgent) {
        (isUrgent ? urgent : ordinary).add(slot, wireBytes);
        bytes += wireBytes;
        urgentBytes += isUrgent ? wireBytes : 0;
    }

    /**
     * The packet whose turn it is.
     *
     * @return its slot or {@link #NONE}
     */
    public int peek() {
        return urgent.isEmpty() ? ordinary.peek() : urgent.peek();
    }

    /**
     * Whether the packet whose turn it is is urgent.
     *
     * @return false also if there is none
     */
    public boolean isUrgentNext() {
        return !urgent.isEmpty();
    }

    /**
     * Removes the packet whose turn it is.
     *
     * @return its slot or {@link #NONE}
     */
    public int poll() {
        Ring ring = urgent.isEmpty() ? ordinary : urgent;
        if (ring.isEmpty()) {
            return NONE;
        }
        bytes -= ring.peekBytes();
        urgentBytes -= ring == urgent ? ring.peekBytes() : 0;
        return ring.poll();
    }

    /**
     * The first ordinary packet.
     *
     * @return its slot or {@link #NONE}
     */
    public int firstOrdinary() {
        return ordinary.peek();
    }

    /**
     * What waits.
     *
     * @return bytes on the line
     */
    public int bytes() {
        return bytes;
    }

    /**
     * What of it is urgent.
     *
     * @return bytes on the line
     */
    public int urgentBytes() {
        return urgentBytes;
    }

    /**
     * How many packets wait.
     *
     * @return packets
     */
    public int packets() {
        return urgent.count + ordinary.count;
    }

    /**
     * Whether nothing waits.
     *
     * @return true if there is no packet
     */
    public boolean isEmpty() {
        return urgent.isEmpty() && ordinary.isEmpty();
    }

    /** A ring that doubles when it is full; it is bounded by the bytes that a line accepts. */
    private static final class Ring {
        private int[] slots = new int[16];
        private int[] sizes = new int[16];
        private int head;
        private int count;

        boolean isEmpty() {
            return count == 0;
        }

        void add(int slot, int size) {
            if (count == slots.length) {
                grow();
            }
            int at = (head + count++) & (slots.length - 1);
            slots[at] = slot;
            sizes[at] = size;
        }

        int peek() {
            return count == 0 ? NONE : slots[head];
        }

        int peekBytes() {
            return sizes[head];
        }

        int poll() {
            int slot = slots[head];
            head = (head + 1) & (slots.length - 1);
            count--;
            return slot;
        }

        private void grow() {
            int length = slots.length;
            int[] newSlots = Arrays.copyOf(slots, length * 2);
            int[] newSizes = Arrays.copyOf(sizes, length * 2);
            for (int i = 0; i < count; i++) {
                newSlots[i] = slots[(head + i) & (length - 1)];
                newSizes[i] = sizes[(head + i) & (length - 1)];
            }
            slots = newSlots;
            sizes = newSizes;
            head = 0;
        }
    }
}
