package io.aggr.tun.openbsd.internal.udp;

import io.aggr.link.Link;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Memory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives ids to far ends of one socket. Kept ones have ids from 0 on and an object each; strangers of the last batch have ids from -2 downwards and lie
 * in an array. Kept ones are found by a hash table that is made anew whenever one comes or goes, which is rare.
 *
 * <p><b>Threading.</b> The receiving thread calls everything; any other may call {@link #kept}.
 */
final class FarEnds {

    /** Most strangers of one batch. */
    static final int MOST_STRANGERS = 256;

    private static final int FIRST_STRANGER = -2;
    private static final int WORDS = 3;

    /** A far end that stays. */
    static final class Kept {
        private final Memory memory = new Memory(Abi.SockaddrIn6.SIZE);
        private final InetSocketAddress address;
        private final int addressBytes;
        private final long[] key = new long[WORDS];

        private Kept(InetSocketAddress address) {
            this.address = address;
            addressBytes = memory.putSocketAddress(0, address.getAddress(), address.getPort());
            readKey(memory.bytes(), addressBytes, key);
        }

        /** Its address in the sense of the JDK. */
        InetSocketAddress address() {
            return address;
        }

        /** Where its {@code sockaddr} lies; valid while this object is reachable. */
        long nativeAddress() {
            return memory.address();
        }

        /** Bytes of its {@code sockaddr}. */
        int nativeBytes() {
            return addressBytes;
        }
    }

    private final int addressBytes;
    private final long[] strangers = new long[MOST_STRANGERS * WORDS];
    private final long[] wanted = new long[WORDS];
    private final Memory scratch = new Memory(Abi.SockaddrIn6.SIZE);
    private int strangerCount;
    private int[] table = new int[16];
    private volatile @Nullable Kept[] all = new @Nullable Kept[4];

    /**
     * Makes a table.
     *
     * @param isIpv6 whether the socket is one of IPv6; it then has no other far ends
     * @param configured the far end with the id {@link Link#CONFIGURED_REMOTE}, or null to leave that id unused
     */
    FarEnds(boolean isIpv6, @Nullable InetSocketAddress configured) {
        addressBytes = isIpv6 ? Abi.SockaddrIn6.SIZE : Abi.SockaddrIn.SIZE;
        if (configured != null) {
            put(Link.CONFIGURED_REMOTE, new Kept(configured));
        }
    }

    /** Forgets the strangers of the last batch. */
    void beginBatch() {
        strangerCount = 0;
    }

    /** Whether this batch can have no further stranger. */
    boolean isFull() {
        return strangerCount == MOST_STRANGERS;
    }

    /** The id of an address as the kernel has written it. There must be room for a stranger. */
    int idOf(ByteBuffer memory) {
        readKey(memory, addressBytes, wanted);
        int id = find();
        if (id >= 0) {
            return id;
        }
        for (int i = strangerCount - 1; i >= 0; i--) {
            if (Arrays.equals(strangers, i * WORDS, (i + 1) * WORDS, wanted, 0, WORDS)) {
                return FIRST_STRANGER - i;
            }
        }
        System.arraycopy(wanted, 0, strangers, strangerCount * WORDS, WORDS);
        return FIRST_STRANGER - strangerCount++;
    }

    /** Makes an id permanent. */
    int keep(int id) {
        if (id >= 0) {
            return id;
        }
        InetSocketAddress address = stranger(id);
        if (address == null) {
            throw new IllegalArgumentException("remote " + id + " is not of the last batch");
        }
        Kept far = new Kept(address);
        System.arraycopy(far.key, 0, wanted, 0, WORDS);
        int found = find();
        if (found >= 0) {
            return found;
        }
        int free = Link.CONFIGURED_REMOTE + 1;
        while (kept(free) != null) {
            free++;
        }
        put(free, far);
        return free;
    }

    /** Gives an id back; that of the configured far end stays. */
    void release(int id) {
        if (id > Link.CONFIGURED_REMOTE && kept(id) != null) {
            put(id, null);
        }
    }

    /** A kept far end, or null. */
    @Nullable
    Kept kept(int id) {
        @Nullable Kept[] current = all;
        return id >= 0 && id < current.length ? current[id] : null;
    }

    /** Where any far end with a valid id is, or null. */
    @Nullable
    InetSocketAddress address(int id) {
        Kept far = kept(id);
        return far != null ? far.address : stranger(id);
    }

    private @Nullable InetSocketAddress stranger(int id) {
        int index = FIRST_STRANGER - id;
        if (index < 0 || index >= strangerCount) {
            return null;
        }
        writeKey(strangers, index * WORDS);
        return scratch.socketAddress(0);
    }

    private void put(int id, @Nullable Kept far) {
        @Nullable Kept[] changed = Arrays.copyOf(all, id < all.length ? all.length : 2 * all.length);
        changed[id] = far;
        int[] fresh = new int[4 * changed.length];
        for (int i = 0; i < changed.length; i++) {
            Kept each = changed[i];
            if (each != null) {
                int slot = hash(each.key) & (fresh.length - 1);
                while (fresh[slot] != 0) {
                    slot = (slot + 1) & (fresh.length - 1);
                }
                fresh[slot] = i + 1;
            }
        }
        table = fresh;
        all = changed;
    }

    private int find() {
        @Nullable Kept[] current = all;
        int mask = table.length - 1;
        for (int slot = hash(wanted) & mask; table[slot] != 0; slot = (slot + 1) & mask) {
            Kept far = current[table[slot] - 1];
            if (far != null && Arrays.equals(far.key, wanted)) {
                return table[slot] - 1;
            }
        }
        return -1;
    }

    /** Who it is: the port and the scope, and the address. Neither the length in front nor the flow label matters. */
    private static void readKey(ByteBuffer memory, int addressBytes, long[] key) {
        long port = Short.toUnsignedLong(memory.getShort(Abi.SockaddrIn.SIN_PORT));
        if (addressBytes == Abi.SockaddrIn.SIZE) {
            key[0] = port;
            key[1] = memory.getInt(Abi.SockaddrIn.SIN_ADDR);
            key[2] = 0;
        } else {
            key[0] = port | ((long) memory.getInt(Abi.SockaddrIn6.SIN6_SCOPE_ID) << 16);
            key[1] = memory.getLong(Abi.SockaddrIn6.SIN6_ADDR);
            key[2] = memory.getLong(Abi.SockaddrIn6.SIN6_ADDR + 8);
        }
    }

    private void writeKey(long[] keys, int at) {
        ByteBuffer memory = scratch.clear().bytes();
        memory.putShort(Abi.SockaddrIn.SIN_PORT, (short) keys[at]);
        if (addressBytes == Abi.SockaddrIn.SIZE) {
            memory.put(Abi.SockaddrIn.SIN_FAMILY, (byte) Abi.AF_INET)
                    .putInt(Abi.SockaddrIn.SIN_ADDR, (int) keys[at + 1]);
        } else {
            memory.put(Abi.SockaddrIn6.SIN6_FAMILY, (byte) Abi.AF_INET6)
                    .putInt(Abi.SockaddrIn6.SIN6_SCOPE_ID, (int) (keys[at] >>> 16))
                    .putLong(Abi.SockaddrIn6.SIN6_ADDR, keys[at + 1])
                    .putLong(Abi.SockaddrIn6.SIN6_ADDR + 8, keys[at + 2]);
        }
    }

    /** Multiplying by an odd number brings all bits into the upper half. */
    private static int hash(long[] key) {
        long mixed = (key[0] * 31 + key[1]) * 31 + key[2];
        return (int) ((mixed * 0x9e37_79b9_7f4a_7c15L) >>> 32);
    }
}
