package io.aggr.internal.noise;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** What has to be drawn at random, from a source of 64 bits a time. */
final class Chance {

    private final LongSupplier random;

    Chance(LongSupplier random) {
        this.random = random;
    }

    /** Thirty-two bytes, for a private key. */
    Secret secret() {
        byte[] bytes = bytes(Secret.BYTES);
        Secret secret = Secret.copyOf(bytes);
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }

    /** So many bytes, a multiple of eight. */
    byte[] bytes(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            bytes.putLong(random.getAsLong());
        }
        return bytes.array();
    }

    /** Any 64 bits but 0. */
    long id() {
        long id = random.getAsLong();
        while (id == 0) {
            id = random.getAsLong();
        }
        return id;
    }

    /** A number from 0 to the limit, exclusive. */
    long below(long limit) {
        return Math.floorMod(random.getAsLong(), limit);
    }
}
