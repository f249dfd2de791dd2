package io.aggr.internal.driver;

import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The far ends that an unconnected socket knows: id by address and address by id. One thread changes it; ids that were given out may be looked up
 * by any thread.
 */
final class KeptRemotes {

    static final int NONE = -1;

    private final Map<SocketAddress, Integer> ids = new HashMap<>();
    private volatile @Nullable SocketAddress[] addresses = new SocketAddress[16];

    /** Id of an address, or {@link #NONE}. Owner only. */
    int find(SocketAddress address) {
        Integer id = ids.get(address);
        return id == null ? NONE : id;
    }

    /** Makes an id for an address that has none. Owner only. */
    int add(SocketAddress address) {
        @Nullable SocketAddress[] known = addresses;
        int id = 0;
        while (id < known.length && known[id] != null) {
            id++;
        }
        @Nullable SocketAddress[] changed = Arrays.copyOf(known, id == known.length ? id * 2 : known.length);
        changed[id] = address;
        addresses = changed;
        ids.put(address, id);
        return id;
    }

    /** Forgets an id. Owner only. */
    void remove(int id) {
        SocketAddress address = address(id);
        if (address != null) {
            @Nullable SocketAddress[] changed = addresses.clone();
            changed[id] = null;
            addresses = changed;
            ids.remove(address);
        }
    }

    /** Address of an id, or null. */
    @Nullable
    SocketAddress address(int id) {
        @Nullable SocketAddress[] known = addresses;
        return id >= 0 && id < known.length ? known[id] : null;
    }
}
