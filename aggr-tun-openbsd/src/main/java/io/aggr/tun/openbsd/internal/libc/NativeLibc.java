package io.aggr.tun.openbsd.internal.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The C library of the process, bound by JNA's direct mapping. */
public final class NativeLibc implements Libc {

    /** Why the first attempt to bind failed. The classes remember that it did, but not why, and several providers ask. */
    private static final AtomicReference<@Nullable LinkageError> failure = new AtomicReference<>();

    /** Makes no native call yet. */
    public NativeLibc() {}

    /**
     * Binds the functions.
     *
     * @throws LinkageError if JNA has no native half for this system, or the C library lacks a function
     */
    public void load() {
        try {
            Calls.errno();
        } catch (LinkageError e) {
            failure.compareAndSet(null, e);
            throw Objects.requireNonNull(failure.get());
        }
    }

    private static int answer(int result) {
        return result >= 0 ? result : -Calls.errno();
    }

    private static long answer(long result) {
        return result >= 0 ? result : -Calls.errno();
    }

    @Override
    public int open(long path, int flags) {
        return answer(Calls.open(path, flags, 0));
    }

    @Override
    public int close(int descriptor) {
        return answer(Calls.close(descriptor));
    }

    @Override
    public long read(int descriptor, long memory, long sizeBytes) {
        return answer(Calls.read(descriptor, memory, sizeBytes));
    }

    @Override
    public long write(int descriptor, long memory, long sizeBytes) {
        return answer(Calls.write(descriptor, memory, sizeBytes));
    }

    @Override
    public int ioctl(int descriptor, long request, long argument) {
        return answer(Calls.ioctl(descriptor, request, argument));
    }

    @Override
    public int ppoll(long pollfds, int count, long timeout) {
        return answer(Calls.ppoll(pollfds, count, timeout, 0));
    }

    @Override
    public int pipe2(long descriptors, int flags) {
        return answer(Calls.pipe2(descriptors, flags));
    }

    @Override
    public int socket(int family, int type, int protocol) {
        return answer(Calls.socket(family, type, protocol));
    }

    @Override
    public int setsockopt(int descriptor, int level, int option, long value, int valueBytes) {
        return answer(Calls.setsockopt(descriptor, level, option, value, valueBytes));
    }

    @Override
    public int bind(int descriptor, long address, int addressBytes) {
        return answer(Calls.bind(descriptor, address, addressBytes));
    }

    @Override
    public int connect(int descriptor, long address, int addressBytes) {
        return answer(Calls.connect(descriptor, address, addressBytes));
    }

    @Override
    public int getsockname(int descriptor, long address, long addressBytes) {
        return answer(Calls.getsockname(descriptor, address, addressBytes));
    }

    @Override
    public int shutdown(int descriptor, int how) {
        return answer(Calls.shutdown(descriptor, how));
    }

    @Override
    public long sendto(int descriptor, long memory, long sizeBytes, int flags, long address, int addressBytes) {
        return answer(Calls.sendto(descriptor, memory, sizeBytes, flags, address, addressBytes));
    }

    @Override
    public long recvmsg(int descriptor, long message, int flags) {
        return answer(Calls.recvmsg(descriptor, message, flags));
    }

    /** The functions themselves; a class of its own, so that nothing is loaded before the first call. */
    private static final class Calls {

        static {
            try {
                // The process has its C library loaded; by a file name another version might be found.
                Native.register(Calls.class, NativeLibrary.getProcess());
            } catch (UnsatisfiedLinkError e) {
                try {
                    Native.register(Calls.class, NativeLibrary.getInstance("c"));
                } catch (LinkageError second) {
                    e.addSuppressed(second);
                    throw e;
                }
            }
        }

        static int errno() {
            return Native.getLastError();
        }

        // The mode is read only where a file is created.
        static native int open(long path, int flags, int mode);

        static native int close(int descriptor);

        static native long read(int descriptor, long memory, long sizeBytes);

        static native long write(int descriptor, long memory, long sizeBytes);

        static native int ioctl(int descriptor, long request, long argument);

        static native int ppoll(long pollfds, int count, long timeout, long signalMask);

        static native int pipe2(long descriptors, int flags);

        static native int socket(int family, int type, int protocol);

        static native int setsockopt(int descriptor, int level, int option, long value, int valueBytes);

        static native int bind(int descriptor, long address, int addressBytes);

        static native int connect(int descriptor, long address, int addressBytes);

        static native int getsockname(int descriptor, long address, long addressBytes);

        static native int shutdown(int descriptor, int how);

        static native long sendto(
                int descriptor, long memory, long sizeBytes, int flags, long address, int addressBytes);

        static native long recvmsg(int descriptor, long message, int flags);
    }
}
