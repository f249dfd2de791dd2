package io.aggr.tun.openbsd.internal.tun;

import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Descriptor;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Memory;
import io.aggr.tun.openbsd.internal.libc.SystemCallException;
import io.aggr.tun.openbsd.internal.libc.Waiter;
import java.io.IOException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens tun(4) devices. There is no clone device: a unit has a node in {@code /dev}, can be opened by one process at a time, and gets its interface
 * when it is opened, unless there is one already. One object opens one device.
 */
public final class TunOpener {

    private static final Logger log = LoggerFactory.getLogger(TunOpener.class);

    private static final Pattern UNIT = Pattern.compile("tun(?:0|[1-9][0-9]{0,6})");

    private final Libc libc;
    private final TunSettings settings;
    private final InterfaceControl control;
    private final TunConfiguration configuration;
    private final Memory path = new Memory(32);
    private int number = -1;
    private boolean isLasting;
    private String name = "";

    private TunOpener(Libc libc, Surroundings surroundings, TunSettings settings) throws IOException {
        this.libc = libc;
        this.settings = settings;
        control = new InterfaceControl(libc);
        configuration = new TunConfiguration(control, surroundings);
    }

    /** Whether a name is one that {@link #open} understands: {@code tun3}, or {@code tun} or {@code tun%d} for any that is free. */
    public static boolean isName(String name) {
        return isPattern(name) || UNIT.matcher(name).matches();
    }

    private static boolean isPattern(String name) {
        return name.equals("tun") || name.equals("tun%d");
    }

    /**
     * Opens a device and configures it if asked to.
     *
     * @throws IOException if the system refuses; nothing stays behind then
     */
    public static TunDevice open(Libc libc, Surroundings surroundings, TunSettings settings) throws IOException {
        TunOpener opener = new TunOpener(libc, surroundings, settings);
        boolean done = false;
        try {
            TunDevice device = opener.open();
            done = true;
            return device;
        } finally {
            if (!done) {
                opener.configuration.takeBack();
                if (opener.number >= 0) {
                    libc.close(opener.number);
                }
            }
        }
    }

    private TunDevice open() throws IOException {
        if (isPattern(settings.name())) {
            openAny();
        } else {
            int result = tryOpen(settings.name());
            if (result < 0) {
                throw refused(result);
            }
        }
        if (settings.configure()) {
            configuration.apply(name, isLasting, settings);
        }
        int mtuBytes = settings.configure() ? settings.mtuBytes() : control.mtuBytes(name);
        Waiter waiter = new Waiter(libc);
        long latenessNanos = waiter.measureLatenessNanos();
        waiter.add(number, Abi.POLLIN);
        log.info(
                "TUN device {} open, MTU {}, {}{}",
                name,
                mtuBytes,
                settings.configure() ? "addresses " + settings.addresses() : "configured by others",
                isLasting ? ", interface was there before" : "");
        return new OpenBsdTun(libc, name, mtuBytes, latenessNanos, new Descriptor(libc, number), waiter, configuration);
    }

    /** Tries one unit after the other; the first without a node, or that we may not open, ends the search. */
    private void openAny() throws IOException {
        for (int unit = 0; ; unit++) {
            int result = tryOpen("tun" + unit);
            if (result >= 0) {
                return;
            }
            if (result == -Errno.ENOENT && unit > 0) {
                throw new SystemCallException(
                        "open /dev/" + name,
                        result,
                        "the " + unit + " devices before it are in use; make more with: cd /dev && sh MAKEDEV " + name);
            }
            if (result != -Errno.EBUSY) {
                throw refused(result);
            }
        }
    }

    /** Opens a unit; answers the error, negated, if that fails. */
    private int tryOpen(String unit) throws IOException {
        name = unit;
        isLasting = control.exists(unit);
        path.clear().putText(0, "/dev/" + unit);
        int result;
        do {
            result = libc.open(path.address(), Abi.O_RDWR | Abi.O_NONBLOCK | Abi.O_CLOEXEC);
        } while (result == -Errno.EINTR);
        number = result;
        return result;
    }

    private IOException refused(int result) {
        String hint = switch (-result) {
            case Errno.EBUSY -> "another program has it open";
            case Errno.ENOENT -> "make it with: cd /dev && sh MAKEDEV " + name;
            case Errno.EPERM, Errno.EACCES ->
                "needs root, or a node that belongs to this user: chown USER /dev/" + name;
            case Errno.ENXIO -> "the interface is being destroyed, or the kernel has no tun(4)";
            default -> "";
        };
        return new SystemCallException("open /dev/" + name, result, hint);
    }
}
