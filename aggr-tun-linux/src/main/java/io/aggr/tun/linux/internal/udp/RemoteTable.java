package io.aggr.tun.linux.internal.udp;

import io.aggr.link.Link;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives numbers to far ends. Kept ones have ids from 0, strangers of the last batch have ids from -2 downwards.
 *
 * <p><b>Threading.</b> The receiving thread calls everything; {@link #nativeAddress} of a kept id may be called by the sending thread,
 * {@link #keptAddress} by any.
 */
final class RemoteTable {

    // An address is compared as the words that the kernel writes: family, port and IPv4 address (or the flow label,
    // which is cleared) in the
    // first, the IPv6 address in the next two, its scope in the last. Kept ones are found by a hash table with linear
    // probing that is made
    // anew when one is released, which is rare; strangers by a search through those of the batch.
    //
    // The sender reads structures that lie in `book`, one per id. The book is replaced when it gets too small; older
    // ones stay reachable,
    // because the sender may be in the middle of a call with an address in one of them. They double, so this is less
    // than the last one.

    /** Most strangers in one batch. */
    static final int MOST_STRANGERS = 256;

    private static final int FIRST_STRANGER = -2;

    /** Ids below are for the configured far end. */
    private static final int FIRST_KEPT = Link.CONFIGURED_REMOTE + 1;

    private static final int ENTRY_BYTES = 32;
    private static final int WORDS = 4;
    private static final int FIRST_CAPACITY = 8;

    private final boolean isIpv6;
    private final long[] strangers = new long[MOST_STRANGERS * WORDS];
    private final long[] wanted = new long[WORDS];
    private final List<NativeMemory> olderBooks = new ArrayList<>();
    private final NativeMemory scratch = new NativeMemory(ENTRY_BYTES);

    private int strangerCount;
    private long[] kept = new long[FIRST_CAPACITY * WORDS];
    private int[] slots = new int[FIRST_CAPACITY * 4];

    private volatile NativeMemory book = new NativeMemory(FIRST_CAPACITY * ENTRY_BYTES);
    private volatile @Nullable InetSocketAddress[] addresses = new @Nullable InetSocketAddress[FIRST_CAPACITY];

    /**
     * Makes a table.
     *
     * @param isIpv6 whether the socket is one of IPv6
     * @param configured the far end with the id {@link Link#CONFIGURED_REMOTE}, or null to leave that id unused
     */
    RemoteTable(boolean isIpv6, @Nullable InetSocketAddress configured) {
        this.isIpv6 = isIpv6;
        if (configured != null) {
            SocketAddressCodec.write(scratch.buffer(), 0, configured, isIpv6);
            load(scratch.buffer(), 0);
            put(Link.CONFIGURED_REMOTE);
        }
    }

    /** Forgets the strangers of the last batch. */
    void beginBatch() {
        strangerCount = 0;
    }

    /** Whether there is no number left for another stranger of this batch. */
    boolean isFull() {
        return strangerCount == MOST_STRANGERS;
    }

    /**
     * The id of an address that the kernel has written.
     *
     * @return a kept id, or one that is valid until {@link #beginBatch}; {@link Link#NO_REMOTE} if the table is full
     */
    int idOf(ByteBuffer memory, int at) {
        load(memory, at);
        int id = findKept();
        if (id >= 0) {
            return id;
        }
        for (int i = strangerCount - 1; i >= 0; i--) {
            if (matches(strangers, i)) {
                return FIRST_STRANGER - i;
            }
        }
        if (isFull()) {
            return Link.NO_REMOTE;
        }
        System.arraycopy(wanted, 0, strangers, strangerCount * WORDS, WORDS);
        return FIRST_STRANGER - strangerCount++;
    }

    /** Makes an id permanent. */
    int keep(int id) {
        if (id >= 0) {
            return id;
        }
        int stranger = FIRST_STRANGER - id;
        if (stranger < 0 || stranger >= strangerCount) {
            throw new IllegalArgumentException("remote " + id + " is not of the last batch");
        }
        System.arraycopy(strangers, stranger * WORDS, wanted, 0, WORDS);
        int found = findKept();
        if (found >= 0) {
            return found;
        }
        int free = FIRST_KEPT;
        while (free < addresses.length && addresses[free] != null) {
            free++;
        }
        put(free);
        return free;
    }

    /** Gives a kept id back; the configured one stays. */
    void release(int id) {
        if (id < FIRST_KEPT || keptAddress(id) == null) {
            return;
        }
        @Nullable InetSocketAddress[] copy = addresses.clone();
        copy[id] = null;
        addresses = copy;
        rehash(slots.length);
    }

    /** A kept far end, or null. */
    @Nullable
    InetSocketAddress keptAddress(int id) {
        @Nullable InetSocketAddress[] current = addresses;
        return id >= 0 && id < current.length ? current[id] : null;
    }

    /** Any far end with a valid id, or null. */
    @Nullable
    InetSocketAddress address(int id) {
        if (id >= 0) {
            return keptAddress(id);
        }
        int stranger = FIRST_STRANGER - id;
        if (stranger < 0 || stranger >= strangerCount) {
            return null;
        }
        // On the heap: a flood has this asked for thousands of times a second, and memory outside it is slow to come
        // by.
        ByteBuffer memory = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.nativeOrder());
        store(strangers, stranger, memory, 0);
        return SocketAddressCodec.read(memory, 0);
    }

    /** Where the structure for a kept id lies, or 0 if there is no such id. */
    long nativeAddress(int id) {
        return keptAddress(id) == null ? 0 : book.address() + (long) id * ENTRY_BYTES;
    }

    private void load(ByteBuffer memory, int at) {
        if (isIpv6) {
            // Family and port; the flow label behind them says nothing about who it is.
            wanted[0] = memory.getInt(at);
            wanted[1] = memory.getLong(at + 8);
            wanted[2] = memory.getLong(at + 16);
            wanted[3] = memory.getInt(at + 24);
        } else {
            wanted[0] = memory.getLong(at);
            wanted[1] = 0;
            wanted[2] = 0;
            wanted[3] = 0;
        }
    }

    private void store(long[] words, int index, ByteBuffer memory, int at) {
        int word = index * WORDS;
        memory.putLong(at, words[word])
                .putLong(at + 8, words[word + 1])
                .putLong(at + 16, words[word + 2])
                .putLong(at + 24, words[word + 3]);
        if (isIpv6) {
            memory.putInt(at + 4, 0);
        }
    }

    private boolean matches(long[] words, int index) {
        int word = index * WORDS;
        return words[word] == wanted[0]
                && words[word + 1] == wanted[1]
                && words[word + 2] == wanted[2]
                && words[word + 3] == wanted[3];
    }

    private int findKept() {
        int mask = slots.length - 1;
        for (int slot = hash(wanted, 0) & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            if (matches(kept, slots[slot] - 1)) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    /** Enters {@link #wanted} under an id. */
    private void put(int id) {
        @Nullable InetSocketAddress[] copy = addresses.clone();
        if (id >= copy.length) {
            copy = Arrays.copyOf(copy, copy.length * 2);
            kept = Arrays.copyOf(kept, copy.length * WORDS);
            NativeMemory larger = new NativeMemory(copy.length * ENTRY_BYTES);
            larger.buffer().put(0, book.buffer(), 0, book.buffer().capacity());
            olderBooks.add(book);
            book = larger;
        }
        System.arraycopy(wanted, 0, kept, id * WORDS, WORDS);
        store(kept, id, book.buffer(), id * ENTRY_BYTES);
        copy[id] = SocketAddressCodec.read(book.buffer(), id * ENTRY_BYTES);
        addresses = copy;
        rehash(copy.length * 4);
    }

    private void rehash(int size) {
        int[] fresh = new int[size];
        int mask = size - 1;
        @Nullable InetSocketAddress[] current = addresses;
        for (int id = 0; id < current.length; id++) {
            if (current[id] != null) {
                int slot = hash(kept, id) & mask;
                while (fresh[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                fresh[slot] = id + 1;
            }
        }
        slots = fresh;
    }

    private static int hash(long[] words, int index) {
        int word = index * WORDS;
        long mixed =
                (words[word] * 31 + words[word + 1]) * 31 + words[word + 2] * 0x9e37_79b9_7f4a_7c15L + words[word + 3];
        mixed = (mixed ^ mixed >>> 32) * 0xd6e8_feb8_6659_fd93L;
        return (int) (mixed ^ mixed >>> 32);
    }

    /** Bytes of the structures that {@link #nativeAddress} points to. */
    int addressBytes() {
        return isIpv6 ? SocketAddressCodec.IPV6_BYTES : SocketAddressCodec.IPV4_BYTES;
    }

    /** Family of the socket. */
    int family() {
        return isIpv6 ? Libc.AF_INET6 : Libc.AF_INET;
    }
}
