package io.aggr.tun.openbsd.fake;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;

/** What ioctl(2) answers on a socket, about interfaces. */
final class InterfaceIoctls {

    private static final int LEAST_MTU_BYTES = 46;

    private static final Set<Long> FREE = Set.of(Abi.SIOCGIFFLAGS, Abi.SIOCGIFMTU);

    /** Flags that nobody can set from outside (IFF_CANTCHANGE), as far as they occur here. */
    private static final int FIXED = Abi.IFF_POINTOPOINT | Abi.IFF_MULTICAST | Abi.IFF_BROADCAST | Abi.IFF_RUNNING;

    private final FakeOpenBsd kernel;

    InterfaceIoctls(FakeOpenBsd kernel) {
        this.kernel = kernel;
    }

    int answer(int family, long request, long argument) {
        // The size of the argument stands in the code (ioctl(2)).
        ByteBuffer bytes = View.bytes(argument, (int) (request >>> 16) & 0x1FFF);
        if (!FREE.contains(request) && !kernel.isRoot()) {
            return -Errno.EPERM;
        }
        byte[] raw = new byte[Abi.IFNAMSIZ];
        bytes.get(Abi.Ifreq.IFR_NAME, raw);
        String name = new String(raw, StandardCharsets.US_ASCII).trim();
        FakeInterface network = kernel.networkInterface(name);
        if (request == Abi.SIOCIFCREATE) {
            if (network != null) {
                return -Errno.EEXIST;
            }
            kernel.createInterface(name);
            return 0;
        }
        if (network == null) {
            return -Errno.ENXIO;
        }
        // Each family knows its own addresses only.
        boolean isOfIpv4 = request == Abi.SIOCAIFADDR || request == Abi.SIOCDIFADDR;
        boolean isOfIpv6 = request == Abi.SIOCAIFADDR_IN6 || request == Abi.SIOCDIFADDR_IN6;
        if ((isOfIpv4 && family != Abi.AF_INET) || (isOfIpv6 && family != Abi.AF_INET6)) {
            return -Errno.EOPNOTSUPP;
        }
        return answer(request, bytes, network);
    }

    private int answer(long request, ByteBuffer bytes, FakeInterface network) {
        if (request == Abi.SIOCIFDESTROY) {
            kernel.destroyInterface(network.name);
        } else if (request == Abi.SIOCGIFFLAGS) {
            bytes.putShort(Abi.Ifreq.IFR_FLAGS, (short) network.flags);
        } else if (request == Abi.SIOCSIFFLAGS) {
            int flags = Short.toUnsignedInt(bytes.getShort(Abi.Ifreq.IFR_FLAGS));
            network.flags = (network.flags & FIXED) | (flags & ~FIXED);
        } else if (request == Abi.SIOCGIFMTU) {
            bytes.putInt(Abi.Ifreq.IFR_MTU, network.mtuBytes);
        } else if (request == Abi.SIOCSIFMTU) {
            int mtuBytes = bytes.getInt(Abi.Ifreq.IFR_MTU);
            if (mtuBytes < LEAST_MTU_BYTES || mtuBytes > Abi.TUNMRU) {
                return -Errno.EINVAL;
            }
            network.mtuBytes = mtuBytes;
        } else if (request == Abi.SIOCAIFADDR) {
            return addIpv4(bytes, network);
        } else if (request == Abi.SIOCAIFADDR_IN6) {
            return addIpv6(bytes, network);
        } else if (request == Abi.SIOCDIFADDR) {
            return delete(ownAddress(bytes, Abi.Ifreq.IFR_ADDR), network);
        } else if (request == Abi.SIOCDIFADDR_IN6) {
            return delete(ownAddress(bytes, Abi.In6Ifreq.IFR_IFRU), network);
        } else {
            return -Errno.ENOTTY;
        }
        return 0;
    }

    private static int addIpv4(ByteBuffer bytes, FakeInterface network) {
        if (bytes.get(Abi.Ifaliasreq.IFRA_MASK + Abi.SockaddrIn.SIN_LEN) < 8) {
            return -Errno.EINVAL;
        }
        InetAddress peer = bytes.get(Abi.Ifaliasreq.IFRA_DSTADDR + Abi.SockaddrIn.SIN_FAMILY) == Abi.AF_INET
                ? ownAddress(bytes, Abi.Ifaliasreq.IFRA_DSTADDR)
                : null;
        return add(bytes, Abi.Ifaliasreq.IFRA_ADDR, Abi.Ifaliasreq.IFRA_MASK, peer, network);
    }

    private static int addIpv6(ByteBuffer bytes, FakeInterface network) {
        int lifetime = Abi.In6Aliasreq.IFRA_LIFETIME;
        if (bytes.getInt(lifetime + Abi.In6Addrlifetime.IA6T_VLTIME) != -1
                || bytes.getInt(lifetime + Abi.In6Addrlifetime.IA6T_PLTIME) != -1
                || bytes.get(Abi.In6Aliasreq.IFRA_DSTADDR + Abi.SockaddrIn6.SIN6_FAMILY) != 0) {
            return -Errno.EINVAL;
        }
        return add(bytes, Abi.In6Aliasreq.IFRA_ADDR, Abi.In6Aliasreq.IFRA_PREFIXMASK, null, network);
    }

    private static int add(ByteBuffer bytes, int addressAt, int maskAt, InetAddress peer, FakeInterface network) {
        InetAddress address = ownAddress(bytes, addressAt);
        BitSet bits = new BitSet();
        byte[] mask = ownAddress(bytes, maskAt).getAddress();
        for (int i = 0; i < mask.length * 8; i++) {
            bits.set(i, (mask[i / 8] & 0x80 >> i % 8) != 0);
        }
        if (bits.length() != bits.cardinality()) {
            return -Errno.EINVAL;
        }
        network.addresses.removeIf(a -> a.prefix().address().equals(address));
        network.addresses.add(new FakeInterface.Address(new IpPrefix(address, bits.cardinality()), peer));
        network.flags |= Abi.IFF_UP;
        return 0;
    }

    private static int delete(InetAddress address, FakeInterface network) {
        return network.addresses.removeIf(a -> a.prefix().address().equals(address)) ? 0 : -Errno.EADDRNOTAVAIL;
    }

    /** An address of an interface, which has no port. */
    private static InetAddress ownAddress(ByteBuffer bytes, int at) {
        if (bytes.getShort(at + Abi.SockaddrIn.SIN_PORT) != 0) {
            throw new AssertionError("an address of an interface with a port at " + at);
        }
        return address(bytes, at);
    }

    /** Reads a {@code sockaddr_in} or {@code sockaddr_in6}. */
    static InetAddress address(ByteBuffer bytes, int at) {
        boolean isIpv6 = bytes.get(at + Abi.SockaddrIn.SIN_FAMILY) == Abi.AF_INET6;
        if (bytes.get(at + Abi.SockaddrIn.SIN_LEN) != (isIpv6 ? Abi.SockaddrIn6.SIZE : Abi.SockaddrIn.SIZE)) {
            throw new AssertionError("an address without its length at " + at);
        }
        byte[] raw = new byte[isIpv6 ? 16 : 4];
        bytes.get(at + (isIpv6 ? Abi.SockaddrIn6.SIN6_ADDR : Abi.SockaddrIn.SIN_ADDR), raw);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
