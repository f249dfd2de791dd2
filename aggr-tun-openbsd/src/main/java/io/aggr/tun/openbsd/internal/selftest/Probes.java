package io.aggr.tun.openbsd.internal.selftest;

import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Memory;
import io.aggr.tun.openbsd.internal.libc.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the system calls that this module relies on, and some more that tell releases apart, and writes down what they answer. It takes three free
 * tun(4) units, and addresses for documentation (RFC 5737).
 */
final class Probes {

    /** This end and the other end of the interface: 192.0.2.1 and 192.0.2.2. */
    private static final byte[] OWN = {(byte) 192, 0, 2, 1};

    private static final byte[] PEER = {(byte) 192, 0, 2, 2};

    private static final int PREFIX_BYTES = 4;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int ECHO_BYTES = 36;
    private static final int ICMP = 1;
    private static final int UNITS_LOOKED_AT = 16;
    private static final int LARGEST_BYTES = PREFIX_BYTES + Abi.TUNMRU + 1;
    private static final int LINUX_AF_INET6 = 10;
    private static final int LINUX_SO_BINDTODEVICE = 25;
    private static final int ABSENT_TABLE = 254;

    /** _IO('Z', 99), which no driver knows. */
    private static final long UNKNOWN_IOCTL = 0x2000_5a63L;

    private final Libc libc;
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final Memory memory = new Memory(LARGEST_BYTES);
    private final Memory request = new Memory(Abi.In6Ifreq.SIZE);
    private final Memory pollfd = new Memory(Abi.Pollfd.SIZE);
    private final Memory second = new Memory(Abi.Timespec.SIZE);
    private final int socket;

    private Probes(Libc libc) throws IOException {
        this.libc = libc;
        second.bytes().putLong(Abi.Timespec.TV_SEC, 1);
        socket = libc.socket(Abi.AF_INET, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new SystemCallException("socket", socket, "");
        }
    }

    /**
     * Asks everything.
     *
     * @return answers by question, in the order asked
     * @throws IOException if there are no three free units; nothing has been changed then
     */
    static Map<String, String> run(Libc libc) throws IOException {
        Probes probes = new Probes(libc);
        try {
            List<String> units = probes.freeUnits();
            probes.askOpenDevice(units.get(0));
            probes.askMadeInterface(units.get(1));
            probes.askCreatedInterface(units.get(2));
            return probes.answers;
        } finally {
            libc.close(probes.socket);
        }
    }

    private List<String> freeUnits() throws IOException {
        List<String> units = new ArrayList<>();
        for (int i = 0; i < UNITS_LOOKED_AT && units.size() < 3; i++) {
            String unit = "tun" + i;
            if (about(unit, Abi.SIOCGIFFLAGS) == -Errno.ENXIO) {
                int device = open(unit);
                if (Errno.isDenied(-device)) {
                    throw new SystemCallException("open /dev/" + unit, device, "run this as root");
                }
                if (device >= 0) {
                    libc.close(device);
                    units.add(unit);
                }
            }
        }
        if (units.size() < 3) {
            throw new IOException("the test needs three free tun units and found " + units
                    + "; make more with: cd /dev && sh MAKEDEV tun4 tun5 tun6");
        }
        return units;
    }

    private void askOpenDevice(String unit) {
        int device = open(unit);
        note("open", device >= 0 ? "ok" : text(device));
        try {
            note("open again", text(open(unit)));
            note("open without a node", text(open("tun9999")));
            askInfo(device, unit);
            askEmpty(device);
            askPackets(device, unit);
            askRoutingTables();
            note("SIOCIFDESTROY while open", text(about(unit, Abi.SIOCIFDESTROY)));
            note("read when destroyed", text(libc.read(device, memory.address(), 100)));
            note("write when destroyed", text(write(device, Abi.AF_INET, echoRequest())));
            note("TUNGIFINFO when destroyed", text(libc.ioctl(device, Abi.TUNGIFINFO, memory.address())));
            note("poll when destroyed", poll(device, Abi.POLLIN));
        } finally {
            note("close when destroyed", text(libc.close(device)));
        }
    }

    private void askInfo(int device, String unit) {
        ByteBuffer info = memory.clear().bytes();
        int result = libc.ioctl(device, Abi.TUNGIFINFO, memory.address());
        int flags = Short.toUnsignedInt(info.getShort(Abi.Tuninfo.FLAGS));
        note(
                "TUNGIFINFO",
                result < 0
                        ? text(result)
                        : "mtu " + info.getInt(Abi.Tuninfo.MTU) + " type " + info.getShort(Abi.Tuninfo.TYPE) + " flags "
                                + hex(flags) + " baud " + info.getInt(Abi.Tuninfo.BAUDRATE));
        note("SIOCGIFFLAGS after open", flags(unit));
        note("TUNSIFINFO mtu 1400", setInfo(device, 1400, Abi.IFT_TUNNEL, flags));
        int mode = Abi.IFF_POINTOPOINT | Abi.IFF_MULTICAST;
        note("TUNSIFINFO with RUNNING", setInfo(device, 1400, Abi.IFT_TUNNEL, mode | Abi.IFF_RUNNING));
        note("TUNSIFINFO without MULTICAST", setInfo(device, 1400, Abi.IFT_TUNNEL, Abi.IFF_POINTOPOINT));
        note("TUNSIFINFO of another type", setInfo(device, 1400, 1, flags));
        note("TUNSIFINFO mtu 45", setInfo(device, 45, Abi.IFT_TUNNEL, flags));
        note("TUNSIFINFO mtu 16385", setInfo(device, Abi.TUNMRU + 1, Abi.IFT_TUNNEL, flags));
        note("TUNSIFMODE 0x8010", number(device, Abi.TUNSIFMODE, mode));
        note("TUNSIFMODE 0", number(device, Abi.TUNSIFMODE, 0));
        note("unknown ioctl", number(device, UNKNOWN_IOCTL, 0));
    }

    private void askEmpty(int device) {
        note("FIONREAD of nothing", queued(device));
        note("FIONBIO", number(device, Abi.FIONBIO, 1));
        note("read nothing", text(libc.read(device, memory.address(), 100)));
        second.bytes().putLong(Abi.Timespec.TV_SEC, 0);
        note("poll nothing for reading", poll(device, Abi.POLLIN));
        second.bytes().putLong(Abi.Timespec.TV_SEC, 1);
        note("poll for writing", poll(device, Abi.POLLOUT));
    }

    private void askPackets(int device, String unit) {
        note("SIOCSIFMTU 1400", setMtu(unit, 1400) + ", then " + mtu(unit));
        note("SIOCSIFMTU 16385", setMtu(unit, Abi.TUNMRU + 1));
        note("SIOCAIFADDR", text(addAddress(unit)));
        note("SIOCGIFFLAGS after address", flags(unit));

        note("write echo request", text(write(device, Abi.AF_INET, echoRequest())));
        note("poll for the reply", poll(device, Abi.POLLIN));
        note("FIONREAD of the reply", queued(device));
        long length = libc.read(device, memory.clear().address(), 100);
        byte type = memory.bytes().get(PREFIX_BYTES + IPV4_HEADER_BYTES);
        note(
                "read the reply",
                length < 0 ? text(length) : prefix(length) + (type == 0 ? "echo reply" : "type " + type));

        write(device, Abi.AF_INET, echoRequest());
        poll(device, Abi.POLLIN);
        note("read 10 bytes of a packet", text(libc.read(device, memory.address(), 10)));
        note("read the rest", text(libc.read(device, memory.address(), 100)));

        for (int bytes : new int[] {3, PREFIX_BYTES, PREFIX_BYTES + Abi.TUNMRU, LARGEST_BYTES}) {
            memory.clear().bytes().put(PREFIX_BYTES - 1, (byte) Abi.AF_INET);
            note("write " + bytes + " bytes", text(libc.write(device, memory.address(), bytes)));
        }
        note("write family 99", text(write(device, 99, echoRequest())));
        note("write family " + LINUX_AF_INET6, text(write(device, LINUX_AF_INET6, echoRequest())));
        note("write IPv4 as family 24", text(write(device, Abi.AF_INET6, echoRequest())));

        note("sendto the other end", text(sendToPeer()));
        poll(device, Abi.POLLIN);
        length = libc.read(device, memory.clear().address(), 100);
        boolean isMarked = (memory.bytes().get(PREFIX_BYTES + 6) & 0x40) != 0;
        note(
                "read the datagram",
                length < 0 ? text(length) : prefix(length) + "don't-fragment " + (isMarked ? "set" : "clear"));
    }

    private void askRoutingTables() {
        int other = libc.socket(Abi.AF_INET, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
        note("SO_RTABLE 0", option(other, Abi.SO_RTABLE, 0));
        note("SO_RTABLE " + ABSENT_TABLE, option(other, Abi.SO_RTABLE, ABSENT_TABLE));
        libc.bind(other, request.address(), request.clear().putSocketAddress(0, address(new byte[] {127, 0, 0, 1}), 0));
        note("SO_RTABLE with a port", option(other, Abi.SO_RTABLE, 0));
        note("SOL_SOCKET option " + LINUX_SO_BINDTODEVICE, option(other, LINUX_SO_BINDTODEVICE, 0));
        libc.close(other);
    }

    private void askMadeInterface(String unit) {
        int device = open(unit);
        note("open makes an interface", device >= 0 ? "ok" : text(device));
        // It may put a further header in front of packets, until the device is closed.
        note("TUNSCAP", number(device, Abi.TUNSCAP, 0));
        note("close", text(libc.close(device)));
        note("SIOCGIFFLAGS after close", flags(unit));
    }

    private void askCreatedInterface(String unit) {
        note("SIOCIFCREATE", text(about(unit, Abi.SIOCIFCREATE)));
        try {
            int device = open(unit);
            note("open what was created", device >= 0 ? "ok" : text(device));
            note("close what was created", text(libc.close(device)));
            note("SIOCGIFFLAGS of what was created", flags(unit));
        } finally {
            about(unit, Abi.SIOCIFDESTROY);
        }
    }

    private void note(String question, String answer) {
        answers.put(question, answer);
    }

    private static String text(long answer) {
        return answer < 0 ? Errno.name((int) -answer) : String.valueOf(answer);
    }

    private static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }

    private String prefix(long length) {
        return length + ", family " + memory.bytes().get(PREFIX_BYTES - 1) + ", ";
    }

    private int open(String unit) {
        request.clear().putText(0, "/dev/" + unit);
        return libc.open(request.address(), Abi.O_RDWR | Abi.O_NONBLOCK | Abi.O_CLOEXEC);
    }

    private int about(String unit, long code) {
        return libc.ioctl(
                socket, code, request.clear().putText(Abi.Ifreq.IFR_NAME, unit).address());
    }

    private String flags(String unit) {
        int result = about(unit, Abi.SIOCGIFFLAGS);
        return result < 0
                ? text(result)
                : hex(Short.toUnsignedInt(request.bytes().getShort(Abi.Ifreq.IFR_FLAGS)));
    }

    private String mtu(String unit) {
        int result = about(unit, Abi.SIOCGIFMTU);
        return result < 0 ? text(result) : String.valueOf(request.bytes().getInt(Abi.Ifreq.IFR_MTU));
    }

    private String setMtu(String unit, int bytes) {
        request.clear().putText(Abi.Ifreq.IFR_NAME, unit).bytes().putInt(Abi.Ifreq.IFR_MTU, bytes);
        return text(libc.ioctl(socket, Abi.SIOCSIFMTU, request.address()));
    }

    private int addAddress(String unit) {
        request.clear().putText(Abi.Ifaliasreq.IFRA_NAME, unit);
        request.putSocketAddress(Abi.Ifaliasreq.IFRA_ADDR, address(OWN), 0);
        request.putSocketAddress(Abi.Ifaliasreq.IFRA_DSTADDR, address(PEER), 0);
        request.putSocketAddress(Abi.Ifaliasreq.IFRA_MASK, address(new byte[] {-1, -1, -1, -1}), 0);
        return libc.ioctl(socket, Abi.SIOCAIFADDR, request.address());
    }

    private static InetAddress address(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (IOException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }

    private String setInfo(int device, int mtuBytes, int type, int flags) {
        memory.clear()
                .bytes()
                .putInt(Abi.Tuninfo.MTU, mtuBytes)
                .putShort(Abi.Tuninfo.TYPE, (short) type)
                .putShort(Abi.Tuninfo.FLAGS, (short) flags);
        return text(libc.ioctl(device, Abi.TUNSIFINFO, memory.address()));
    }

    private String number(int descriptor, long code, int number) {
        request.clear().bytes().putInt(0, number);
        return text(libc.ioctl(descriptor, code, request.address()));
    }

    private String option(int descriptor, int option, int value) {
        request.clear().bytes().putInt(0, value);
        return text(libc.setsockopt(descriptor, Abi.SOL_SOCKET, option, request.address(), Integer.BYTES));
    }

    private String queued(int device) {
        int result = libc.ioctl(device, Abi.FIONREAD, request.clear().address());
        return text(result) + ", value " + request.bytes().getInt(0);
    }

    private String poll(int device, short events) {
        pollfd.bytes()
                .putInt(Abi.Pollfd.FD, device)
                .putShort(Abi.Pollfd.EVENTS, events)
                .putShort(Abi.Pollfd.REVENTS, (short) 0);
        int result = libc.ppoll(pollfd.address(), 1, second.address());
        return text(result) + ", found " + hex(pollfd.bytes().getShort(Abi.Pollfd.REVENTS));
    }

    private long sendToPeer() {
        request.clear();
        int bytes = request.putSocketAddress(0, address(PEER), 9);
        return libc.sendto(socket, memory.clear().address(), 5, 0, request.address(), bytes);
    }

    private long write(int device, int family, byte[] packet) {
        memory.clear().bytes().put(PREFIX_BYTES - 1, (byte) family).put(PREFIX_BYTES, packet);
        return libc.write(device, memory.address(), PREFIX_BYTES + packet.length);
    }

    /** 36 bytes from the other end to this one. */
    static byte[] echoRequest() {
        ByteBuffer packet = ByteBuffer.allocate(ECHO_BYTES);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) ECHO_BYTES).putInt(0);
        packet.put((byte) 64).put((byte) ICMP).putShort((short) 0).put(PEER).put(OWN);
        packet.putShort(10, checksum(packet, 0, IPV4_HEADER_BYTES)).put((byte) 8);
        packet.putShort(IPV4_HEADER_BYTES + 2, checksum(packet, IPV4_HEADER_BYTES, ECHO_BYTES));
        return packet.array();
    }

    /** RFC 1071. */
    private static short checksum(ByteBuffer packet, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += Short.toUnsignedInt(packet.getShort(i));
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
