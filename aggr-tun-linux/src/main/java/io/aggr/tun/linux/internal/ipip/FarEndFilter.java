package io.aggr.tun.linux.internal.ipip;

import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import java.nio.ByteBuffer;

/**
 * A classic BPF program (bpf(4), Linux: networking/filter.rst) that lets a raw socket see packets of its own far end, and of strangers if nobody
 * else counts those, but none of the other tunnels that end at the same address.
 */
final class FarEndFilter {

    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int SOURCE_ADDRESS = 12;
    private static final int WHOLE_PACKET = 0x4_0000;

    private FarEndFilter() {}

    /**
     * Writes the program.
     *
     * @param out memory of the machine's byte order, with room for {@code others.length + 5} instructions of 8 bytes
     * @param own the far end, an IPv4 address
     * @param others far ends of other tunnels to the same address
     * @param strangers whether packets of anybody else are let through, to be counted
     * @return instructions
     */
    static int write(ByteBuffer out, int own, int[] others, boolean strangers) {
        int length = others.length + 5;
        int accept = length - 2;
        int refuse = length - 1;
        put(out, 0, LOAD_WORD, 0, 0, SOURCE_ADDRESS);
        put(out, 1, JUMP_IF_EQUAL, accept - 2, 0, own);
        for (int i = 0; i < others.length; i++) {
            put(out, 2 + i, JUMP_IF_EQUAL, refuse - (3 + i), 0, others[i]);
        }
        put(out, length - 3, RETURN, 0, 0, strangers ? WHOLE_PACKET : 0);
        put(out, accept, RETURN, 0, 0, WHOLE_PACKET);
        put(out, refuse, RETURN, 0, 0, 0);
        return length;
    }

    private static void put(ByteBuffer out, int index, int code, int ifTrue, int ifFalse, int operand) {
        int at = index * INSTRUCTION_BYTES;
        out.putShort(at, (short) code).put(at + 2, (byte) ifTrue).put(at + 3, (byte) ifFalse);
        out.putInt(at + 4, operand);
    }

    /**
     * Gives a socket the program.
     *
     * @return whether the system took it
     */
    static boolean attach(int socket, int own, int[] others, boolean strangers) {
        NativeMemory program = new NativeMemory((others.length + 5) * INSTRUCTION_BYTES);
        return attach(socket, program, write(program.buffer(), own, others, strangers));
    }

    /** Lets a socket see nothing any more. */
    static void refuseAll(int socket) {
        NativeMemory program = new NativeMemory(INSTRUCTION_BYTES);
        put(program.buffer(), 0, RETURN, 0, 0, 0);
        attach(socket, program, 1);
    }

    private static boolean attach(int socket, NativeMemory program, int length) {
        NativeMemory header = new NativeMemory(16);
        header.buffer().putShort(0, (short) length).putLong(8, program.address());
        return Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, header.address(), 16) == 0;
    }
}
