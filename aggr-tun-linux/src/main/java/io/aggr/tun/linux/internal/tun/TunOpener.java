package io.aggr.tun.linux.internal.tun;

import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.linux.internal.libc.Descriptor;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.PollSet;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import io.aggr.tun.linux.internal.netlink.InterfaceState;
import io.aggr.tun.linux.internal.netlink.Route;
import io.aggr.tun.linux.internal.netlink.RoutingControl;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attaches to TUN devices and configures them. See {@code Documentation/networking/tuntap.rst} of the kernel. */
public final class TunOpener {

    private static final Logger log = LoggerFactory.getLogger(TunOpener.class);

    /** Where TUN devices come from. */
    public static final String CLONE_DEVICE = "/dev/net/tun";

    /** _IOW('T', 202, int) */
    static final long TUNSETIFF = 0x4004_54caL;

    static final short IFF_TUN = 0x0001;
    static final short IFF_NO_PI = 0x1000;

    /** Bytes of {@code struct ifreq}. */
    static final int IFREQ_BYTES = 40;

    /** Bytes of a name in it, the 0 at the end included. */
    static final int IFNAMSIZ = 16;

    private TunOpener() {}

    /**
     * Attaches to a device, makes it if there is none of this name, and configures it if asked to.
     *
     * @param queuePackets packets that the interface keeps for a reader
     * @throws IOException if the system refuses; nothing stays behind then
     */
    public static TunDevice open(TunSettings settings, int queuePackets) throws IOException {
        RoutingControl control = new RoutingControl();
        TunConfiguration configuration = new TunConfiguration(control);
        int number = -1;
        PollSet waiter = null;
        boolean done = false;
        try {
            boolean isLasting = control.find(settings.name()) != null;
            number = openCloneDevice();
            String name = attach(number, settings.name());
            InterfaceState state = control.find(name);
            if (state == null) {
                throw new IOException("TUN device " + name + " has vanished while it was opened");
            }
            if (settings.configure()) {
                configuration.apply(new Route.Device(name, state.index()), state, isLasting, settings, queuePackets);
            }
            int mtuBytes = settings.configure() ? settings.mtuBytes() : state.mtuBytes();
            waiter = new PollSet();
            waiter.add(number, Libc.POLLIN);
            log.info(
                    "TUN device {} open, MTU {}, {}",
                    name,
                    mtuBytes,
                    settings.configure() ? "addresses " + settings.addresses() : "configured by others");
            done = true;
            return new LinuxTun(name, mtuBytes, new Descriptor(number), waiter, configuration);
        } finally {
            if (!done) {
                configuration.takeBack();
                if (waiter != null) {
                    waiter.close();
                }
                if (number >= 0) {
                    Libc.close(number);
                }
            }
        }
    }

    private static int openCloneDevice() throws IOException {
        NativeMemory path = NativeMemory.text(CLONE_DEVICE);
        int errno;
        try {
            int number = Libc.open(path.address(), Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
            if (number >= 0) {
                return number;
            }
            errno = Libc.errno();
        } finally {
            Reference.reachabilityFence(path);
        }
        String hint = switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                "load the module tun (modprobe tun), or pass " + CLONE_DEVICE + " into the container";
            case Errno.EPERM, Errno.EACCES -> "needs root, or CAP_NET_ADMIN and the right to open the file";
            default -> "";
        };
        throw new SystemCallException("open " + CLONE_DEVICE, errno, hint);
    }

    /** Binds the descriptor to an interface and answers the name that the kernel has given it. */
    private static String attach(int number, String wanted) throws IOException {
        NativeMemory request = interfaceRequest(wanted);
        if (Libc.ioctl(number, TUNSETIFF, request.address()) < 0) {
            int errno = Libc.errno();
            String hint = switch (errno) {
                case Errno.EBUSY -> "another program has the device open";
                case Errno.EPERM, Errno.EACCES ->
                    "needs root or CAP_NET_ADMIN, or a device that belongs to" + " this user (ip tuntap add dev "
                            + wanted + " mode tun user NAME)";
                case Errno.EINVAL ->
                    "an interface of this name exists and is no TUN device, or one with" + " several queues";
                default -> "";
            };
            throw new SystemCallException("ioctl(TUNSETIFF) on " + wanted, errno, hint);
        }
        return nameIn(request);
    }

    /** A {@code struct ifreq} that asks for bare IP packets. */
    static NativeMemory interfaceRequest(String name) {
        NativeMemory request = new NativeMemory(IFREQ_BYTES);
        request.buffer().put(0, name.getBytes(StandardCharsets.US_ASCII));
        request.buffer().putShort(IFNAMSIZ, (short) (IFF_TUN | IFF_NO_PI));
        return request;
    }

    /** The name in a {@code struct ifreq}. */
    static String nameIn(NativeMemory request) {
        byte[] name = new byte[IFNAMSIZ];
        request.buffer().get(0, name);
        int length = 0;
        while (length < IFNAMSIZ && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.US_ASCII);
    }
}
