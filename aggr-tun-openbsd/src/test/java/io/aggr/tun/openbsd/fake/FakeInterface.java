package io.aggr.tun.openbsd.fake;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.openbsd.internal.libc.Abi;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A network interface of the fake kernel. */
public final class FakeInterface {

    final String name;
    final boolean isMadeByOpen;
    final List<Address> addresses = new ArrayList<>();
    int flags = Abi.IFF_POINTOPOINT | Abi.IFF_MULTICAST;
    int mtuBytes = 1500;
    int baudrate;
    int capabilities;

    /** An address, and the other end if it has one. */
    public record Address(IpPrefix prefix, InetAddress peer) {}

    FakeInterface(String name, boolean isMadeByOpen) {
        this.name = name;
        this.isMadeByOpen = isMadeByOpen;
    }

    /** Its MTU in bytes. */
    public int mtuBytes() {
        return mtuBytes;
    }

    /** Its flags. */
    public int flags() {
        return flags;
    }

    /** Somebody sets a flag. */
    public void addFlag(int flag) {
        flags |= flag;
    }

    /** Its addresses. */
    public List<Address> addresses() {
        return List.copyOf(addresses);
    }

    boolean has(InetAddress address) {
        return addresses.stream().anyMatch(a -> a.prefix().address().equals(address));
    }
}
