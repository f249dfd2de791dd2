package io.aggr.tun.openbsd.fake;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Memory;
import io.aggr.tun.openbsd.internal.libc.NativeLibc;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The C library of the test machine, called in its own numbers, with OpenBSD's numbers outside. The calls go through {@link NativeLibc}, the module's
 * own binding, wherever it has them. All numbers of Linux that the tests need are in this class.
 */
final class LinuxHost {

    private static final int AF_UNIX = 1;
    private static final int AF_INET6 = 10;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x8_0000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int IPV6_V6ONLY = 26;
    private static final int MSG_PEEK = 0x02;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final long FIONBIO = 0x5421;

    // struct msghdr: name, its length, vector, its length, control, its length, flags.
    private static final int MSGHDR_BYTES = 56;
    private static final int MSG_NAMELEN = 8;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_FLAGS = 48;

    private static final Map<Integer, Integer> ERRORS = Map.ofEntries(
            Map.entry(1, Errno.EPERM),
            Map.entry(4, Errno.EINTR),
            Map.entry(9, Errno.EBADF),
            Map.entry(11, Errno.EAGAIN),
            Map.entry(13, Errno.EACCES),
            Map.entry(22, Errno.EINVAL),
            Map.entry(32, Errno.EPIPE),
            Map.entry(90, Errno.EMSGSIZE),
            Map.entry(92, Errno.ENOPROTOOPT),
            Map.entry(97, Errno.EAFNOSUPPORT),
            Map.entry(98, Errno.EADDRINUSE),
            Map.entry(99, Errno.EADDRNOTAVAIL),
            Map.entry(101, Errno.ENETUNREACH),
            Map.entry(105, Errno.ENOBUFS),
            Map.entry(107, Errno.ENOTCONN),
            Map.entry(111, Errno.ECONNREFUSED),
            Map.entry(113, Errno.EHOSTUNREACH));

    private final NativeLibc libc = new NativeLibc();

    private static int answer(int result) {
        return (int) answer((long) result);
    }

    private static long answer(long result) {
        if (result >= 0) {
            return result;
        }
        Integer errno = ERRORS.get((int) -result);
        if (errno == null) {
            throw new AssertionError("error " + -result + " of Linux has no counterpart yet");
        }
        return -errno;
    }

    private static int type(int type) {
        return (type & 0xF)
                | ((type & Abi.SOCK_NONBLOCK) != 0 ? SOCK_NONBLOCK : 0)
                | ((type & Abi.SOCK_CLOEXEC) != 0 ? SOCK_CLOEXEC : 0);
    }

    private static int flags(int flags) {
        return ((flags & Abi.MSG_PEEK) != 0 ? MSG_PEEK : 0) | ((flags & Abi.MSG_DONTWAIT) != 0 ? MSG_DONTWAIT : 0);
    }

    /** Two ends that keep the borders of packets: the device's first, the kernel's second, which never blocks. */
    int[] packetPair(boolean isNonBlocking) {
        Memory pair = new Memory(8);
        if (Calls.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.address()) < 0) {
            throw new AssertionError("socketpair: error " + Native.getLastError());
        }
        int[] ends = {pair.bytes().getInt(0), pair.bytes().getInt(4)};
        if (!isNonBlocking) {
            setNonBlocking(ends[0], false);
        }
        return ends;
    }

    int setNonBlocking(int descriptor, boolean isNonBlocking) {
        Memory flag = new Memory(4);
        flag.bytes().putInt(0, isNonBlocking ? 1 : 0);
        return answer(libc.ioctl(descriptor, FIONBIO, flag.address()));
    }

    /** Length of the packet that the next read delivers; 0 if there is none. */
    int nextPacketBytes(int descriptor) {
        Memory nothing = new Memory(1);
        return (int) Math.max(0, Calls.recv(descriptor, nothing.address(), 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT));
    }

    int close(int descriptor) {
        return answer(libc.close(descriptor));
    }

    long read(int descriptor, long memory, long sizeBytes) {
        return answer(libc.read(descriptor, memory, sizeBytes));
    }

    long write(int descriptor, long memory, long sizeBytes) {
        return answer(libc.write(descriptor, memory, sizeBytes));
    }

    /** {@code struct pollfd}, its flags and {@code struct timespec} are the same on both systems. */
    int ppoll(long pollfds, int count, long timeout) {
        return answer(libc.ppoll(pollfds, count, timeout));
    }

    int pipe2(long descriptors, int flags) {
        return answer(libc.pipe2(
                descriptors,
                ((flags & Abi.O_NONBLOCK) != 0 ? SOCK_NONBLOCK : 0)
                        | ((flags & Abi.O_CLOEXEC) != 0 ? SOCK_CLOEXEC : 0)));
    }

    int socket(int family, int type, int protocol) {
        int socket = answer(libc.socket(family == Abi.AF_INET6 ? AF_INET6 : family, type(type), protocol));
        if (socket >= 0 && family == Abi.AF_INET6) {
            Memory one = new Memory(4);
            one.bytes().putInt(0, 1);
            libc.setsockopt(socket, Abi.IPPROTO_IPV6, IPV6_V6ONLY, one.address(), 4);
        }
        return socket;
    }

    int setsockopt(int socket, int level, int option, long value, int valueBytes) {
        if (level == Abi.SOL_SOCKET && (option == Abi.SO_SNDBUF || option == Abi.SO_RCVBUF)) {
            return answer(libc.setsockopt(
                    socket, SOL_SOCKET, option == Abi.SO_SNDBUF ? SO_SNDBUF : SO_RCVBUF, value, valueBytes));
        }
        if (level == Abi.IPPROTO_IPV6 && option == Abi.IPV6_DONTFRAG) {
            // The one option whose number is the same on both.
            return answer(libc.setsockopt(socket, level, option, value, valueBytes));
        }
        return -Errno.ENOPROTOOPT;
    }

    int shutdown(int socket, int how) {
        return answer(libc.shutdown(socket, how));
    }

    int bind(int socket, Addresses addresses, long address, int addressBytes) {
        return answer(libc.bind(socket, addresses.toHost(address, addressBytes), addressBytes));
    }

    int connect(int socket, Addresses addresses, long address, int addressBytes) {
        return answer(libc.connect(socket, addresses.toHost(address, addressBytes), addressBytes));
    }

    int getsockname(int socket, Addresses addresses, long address, long addressBytes) {
        ByteBuffer length = View.bytes(addressBytes, 4);
        int result = answer(libc.getsockname(socket, addresses.scratch.address(), addressBytes));
        if (result >= 0) {
            addresses.fromHost(address, length.getInt(0));
        }
        return result;
    }

    long sendto(
            int socket, Addresses addresses, long memory, long sizeBytes, int flags, long address, int addressBytes) {
        long to = address == 0 ? 0 : addresses.toHost(address, addressBytes);
        return answer(libc.sendto(socket, memory, sizeBytes, flags(flags), to, addressBytes));
    }

    long recvmsg(int socket, Addresses addresses, long message, int flags) {
        ByteBuffer asked = addresses.messages.at(message);
        long name = asked.getLong(Abi.Msghdr.MSG_NAME);
        ByteBuffer own = addresses.message.bytes();
        own.putLong(0, name == 0 ? 0 : addresses.scratch.address())
                .putInt(MSG_NAMELEN, asked.getInt(Abi.Msghdr.MSG_NAMELEN))
                .putLong(MSG_IOV, asked.getLong(Abi.Msghdr.MSG_IOV))
                .putLong(MSG_IOVLEN, asked.getInt(Abi.Msghdr.MSG_IOVLEN))
                .putInt(MSG_FLAGS, 0);
        long result = answer(libc.recvmsg(socket, addresses.message.address(), flags(flags)));
        if (result >= 0) {
            asked.putInt(Abi.Msghdr.MSG_FLAGS, (own.getInt(MSG_FLAGS) & MSG_TRUNC) != 0 ? Abi.MSG_TRUNC : 0);
            if (name != 0) {
                asked.putInt(Abi.Msghdr.MSG_NAMELEN, own.getInt(MSG_NAMELEN));
                addresses.fromHost(name, own.getInt(MSG_NAMELEN));
            }
        }
        return result;
    }

    /** Socket addresses of one thread and socket: Linux has two bytes of family where OpenBSD has length and family. */
    static final class Addresses {

        private final Memory scratch = new Memory(Abi.SockaddrIn6.SIZE + 4);
        private final Memory message = new Memory(MSGHDR_BYTES);
        private final View messages = new View(Abi.Msghdr.SIZE);
        private final View names = new View(Abi.SockaddrIn6.SIZE);

        private long toHost(long address, int addressBytes) {
            ByteBuffer theirs = names.at(address);
            if (theirs.get(Abi.SockaddrIn.SIN_LEN) != addressBytes) {
                throw new AssertionError("sin_len is " + theirs.get(0) + " in an address of " + addressBytes);
            }
            for (int i = 2; i < addressBytes; i++) {
                scratch.bytes().put(i, theirs.get(i));
            }
            int family = theirs.get(Abi.SockaddrIn.SIN_FAMILY);
            scratch.bytes().putShort(0, (short) (family == Abi.AF_INET6 ? AF_INET6 : family));
            return scratch.address();
        }

        private void fromHost(long address, int addressBytes) {
            ByteBuffer theirs = names.at(address);
            for (int i = 2; i < addressBytes; i++) {
                theirs.put(i, scratch.bytes().get(i));
            }
            int family = scratch.bytes().getShort(0);
            theirs.put(Abi.SockaddrIn.SIN_LEN, (byte) addressBytes)
                    .put(Abi.SockaddrIn.SIN_FAMILY, (byte) (family == AF_INET6 ? Abi.AF_INET6 : family));
        }
    }

    private static final class Calls {

        static {
            Native.register(Calls.class, NativeLibrary.getProcess());
        }

        static native int socketpair(int family, int type, int protocol, long pair);

        static native long recv(int descriptor, long memory, long sizeBytes, int flags);
    }
}
