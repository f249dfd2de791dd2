package io.aggr.examples.daemon.doctor;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How fast this machine encrypts packets, one thread, the way a bond does it: a nonce and a header of its own for each packet.
 *
 * @param option the cipher as a configuration names it
 * @param nanosPerPacket time to seal a packet of {@link #PACKET_BYTES}, median of several rounds
 */
public record CipherSpeed(String option, double nanosPerPacket) {

    /** Payload of a measured packet: a full one. */
    public static final int PACKET_BYTES = 1400;

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEADER_BYTES = 10;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int ROUNDS = 9;
    /** Less than this is within what two measurements differ by. */
    private static final double CLEARLY = 1.1;

    private enum Kind {
        AES_256_GCM("aes-256-gcm", "AES/GCM/NoPadding", "AES"),
        CHACHA20_POLY1305("chacha20-poly1305", "ChaCha20-Poly1305", "ChaCha20");

        private final String option;
        private final String cipher;
        private final String key;

        Kind(String option, String cipher, String key) {
            this.option = option;
            this.cipher = cipher;
            this.key = key;
        }

        AlgorithmParameterSpec nonce(byte[] bytes) {
            return this == AES_256_GCM ? new GCMParameterSpec(TAG_BITS, bytes) : new IvParameterSpec(bytes);
        }
    }

    /**
     * Measures both ciphers.
     *
     * @param packetsPerRound how many packets are sealed at a stretch, 1 and up; some ten thousand make a figure that can be relied upon
     * @return the default cipher first
     * @throws GeneralSecurityException if this Java lacks one of them
     */
    public static List<CipherSpeed> measure(int packetsPerRound) throws GeneralSecurityException {
        return List.of(measure(Kind.AES_256_GCM, packetsPerRound), measure(Kind.CHACHA20_POLY1305, packetsPerRound));
    }

    private static CipherSpeed measure(Kind kind, int packets) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(kind.cipher);
        // A key for measuring needs no secret.
        SecretKeySpec key = new SecretKeySpec(new byte[KEY_BYTES], kind.key);
        byte[] nonce = new byte[NONCE_BYTES];
        byte[] header = new byte[HEADER_BYTES];
        byte[] clear = new byte[PACKET_BYTES];
        byte[] sealed = new byte[PACKET_BYTES + TAG_BITS / Byte.SIZE];
        double[] rounds = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            long beginNanos = System.nanoTime();
            for (int i = 0; i < packets; i++) {
                count(nonce);
                cipher.init(Cipher.ENCRYPT_MODE, key, kind.nonce(nonce));
                cipher.updateAAD(header);
                cipher.doFinal(clear, 0, clear.length, sealed, 0);
            }
            if (round >= 0) {
                rounds[round] = (System.nanoTime() - beginNanos) / (double) packets;
            }
        }
        Arrays.sort(rounds);
        return new CipherSpeed(kind.option, rounds[ROUNDS / 2]);
    }

    private static void count(byte[] nonce) {
        for (int i = 0; i < nonce.length && ++nonce[i] == 0; i++) {
            // the carry goes on
        }
    }

    /**
     * What one thread could encrypt if it did nothing else.
     *
     * @return bit/s of payload
     */
    public double bitsPerSecond() {
        return PACKET_BYTES * 8e9 / nanosPerPacket;
    }

    /**
     * The cipher to configure at both ends.
     *
     * @param speeds the default cipher first, not empty
     * @return the fastest, but the default unless another is clearly faster
     */
    public static CipherSpeed best(List<CipherSpeed> speeds) {
        CipherSpeed best = speeds.get(0);
        for (CipherSpeed speed : speeds) {
            if (speed.nanosPerPacket * CLEARLY < best.nanosPerPacket) {
                best = speed;
            }
        }
        return best;
    }
}
