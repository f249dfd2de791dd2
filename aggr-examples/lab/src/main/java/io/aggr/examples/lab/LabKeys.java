package io.aggr.examples.lab;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.util.Base64;

/**
 * An X25519 key pair (RFC 7748) in the base64 form that configurations have.
 *
 * @param privateKey for a file that others cannot read
 * @param publicKey for the other end
 */
public record LabKeys(String privateKey, String publicKey) {

    /**
     * A fresh pair.
     *
     * @return the keys
     */
    public static LabKeys generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            byte[] scalar = ((XECPrivateKey) pair.getPrivate())
                    .getScalar()
                    .orElseThrow(() -> new IllegalStateException("the private key is not extractable"));
            byte[] point = littleEndian(((XECPublicKey) pair.getPublic()).getU());
            Base64.Encoder encoder = Base64.getEncoder();
            return new LabKeys(encoder.encodeToString(scalar), encoder.encodeToString(point));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java since 11 has X25519", e);
        }
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) {
            bytes[i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    @Override
    public String toString() {
        return publicKey;
    }
}
