package io.aggr.examples.lab.attack;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The few functions of Linux's C library that raw sockets need, bound by JNA's direct mapping. Constants are those of x86-64 and aarch64. */
final class RawSockets {

    static {
        Native.register(RawSockets.class, NativeLibrary.getProcess());
    }

    private static final int AF_INET = 2;
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_RAW = 255;
    private static final int ETH_P_IP = 0x0800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SEND_BUFFER_BYTES = 1 << 20;
    private static final int SOCKADDR_IN_BYTES = 16;

    private RawSockets() {}

    private static native int socket(int family, int type, int protocol);

    private static native int connect(int descriptor, long address, int addressBytes);

    private static native int setsockopt(int descriptor, int level, int option, long value, int valueBytes);

    private static native int sendmmsg(int descriptor, long headers, int count, int flags);

    private static native long recv(int descriptor, long memory, long sizeBytes, int flags);

    /** Memory that the system can be told of, in the machine's byte order. */
    static ByteBuffer memory(int sizeBytes) {
        return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
    }

    static long addressOf(ByteBuffer memory) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(memory));
    }

    /** A socket that sends whole IPv4 packets to one address, whatever source they claim (raw(7)). */
    static int sender(byte[] ipv4Address) throws IOException {
        int descriptor = checked("socket", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
        ByteBuffer memory = memory(SOCKADDR_IN_BYTES);
        memory.putInt(0, SEND_BUFFER_BYTES);
        // Where this is refused the usual buffer has to do.
        int unused = setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, addressOf(memory), Integer.BYTES);
        memory.putInt(0, 0).putShort(0, (short) AF_INET).put(4, ipv4Address);
        checked("connect", connect(descriptor, addressOf(memory), SOCKADDR_IN_BYTES));
        return descriptor;
    }

    /** A socket that sees all IPv4 packets that this host gets or passes on, without link-layer header (packet(7)). */
    static int observer() throws IOException {
        return checked(
                "socket", socket(AF_PACKET, SOCK_DGRAM, Short.toUnsignedInt(Short.reverseBytes((short) ETH_P_IP))));
    }

    /** Sends the messages of an array of {@code struct mmsghdr}; answers how many went, -1 if not even the first. */
    static int send(int descriptor, long headers, int count) {
        return sendmmsg(descriptor, headers, count, 0);
    }

    /** Waits for a packet and answers its length. */
    static int receive(int descriptor, ByteBuffer memory) throws IOException {
        return checked("recv", (int) recv(descriptor, addressOf(memory), memory.capacity(), 0));
    }

    private static int checked(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed with error " + Native.getLastError());
        }
        return result;
    }
}
