package io.aggr.internal.encap;

import io.aggr.encap.Plaintext;
import java.nio.ByteBuffer;

/** The same bytes so many times. */
final class OnePlaintext implements Plaintext {

    private final byte[] bytes;
    private final int count;

    OnePlaintext(byte[] bytes, int count) {
        this.bytes = bytes;
        this.count = count;
    }

    @Override
    public int count() {
        return count;
    }

    OnePlaintext(byte[] bytes) {
        this(bytes, 1);
    }

    @Override
    public int lengthBytes(int index) {
        return bytes.length;
    }

    @Override
    public void copyTo(int index, ByteBuffer target, int offset) {
        target.put(offset, bytes, 0, bytes.length);
    }

    @Override
    public void copyTo(int index, byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }
}
