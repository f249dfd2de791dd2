package io.aggr.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A handshake of the pattern IK with another implementation at the other end, which knows nothing of pre-shared keys. */
class NoiseOracleTest {

    private static final String PROTOCOL = "Noise_IK_25519_ChaChaPoly_SHA256";
    private static final byte[] PROLOGUE = {1, 2, 3};
    private static final byte[] HELLO = "from the initiator".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "from the responder".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final StaticKeys ours = new StaticKeys(secret(1));
    private final StaticKeys theirs = new StaticKeys(secret(2));

    private static Secret secret(long seed) {
        byte[] bytes = new byte[Secret.BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        return Secret.copyOf(bytes);
    }

    private HandshakeState oracle(int role) throws Exception {
        HandshakeState oracle = new HandshakeState(PROTOCOL, role);
        oracle.setPrologue(PROLOGUE, 0, PROLOGUE.length);
        oracle.getLocalKeyPair().setPrivateKey(theirs.privateKey().expose(), 0);
        if (role == HandshakeState.INITIATOR) {
            oracle.getRemotePublicKey().setPublicKey(ours.publicKey(), 0);
        }
        oracle.start();
        return oracle;
    }

    private static byte[] read(HandshakeState oracle, byte[] message) throws Exception {
        byte[] payload = new byte[200];
        return Arrays.copyOf(payload, oracle.readMessage(message, 0, message.length, payload, 0));
    }

    private static byte[] write(HandshakeState oracle, byte[] payload) throws Exception {
        byte[] message = new byte[200];
        return Arrays.copyOf(message, oracle.writeMessage(message, 0, payload, 0, payload.length));
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12, 13})
    void we_initiate(long seed) throws Exception {
        HandshakeState oracle = oracle(HandshakeState.RESPONDER);
        NoiseIk initiator = NoiseIk.initiator(false, PROLOGUE, ours, theirs.publicKey());
        byte[] first = initiator.writeFirst(secret(seed), ours.shared(theirs.publicKey()), HELLO);
        assertThat(read(oracle, first)).isEqualTo(HELLO);
        byte[] who = new byte[32];
        oracle.getRemotePublicKey().getPublicKey(who, 0);
        assertThat(who).isEqualTo(ours.publicKey());
        byte[] second = write(oracle, ANSWER);
        assertThat(initiator.readSecond(second, Secret.zero())).isEqualTo(ANSWER);
        Secret[] keys = initiator.split();
        compare(oracle, keys[1], keys[0]);
    }

    @ParameterizedTest
    @ValueSource(longs = {20, 21, 22, 23})
    void we_respond(long seed) throws Exception {
        HandshakeState oracle = oracle(HandshakeState.INITIATOR);
        NoiseIk responder = NoiseIk.responder(false, PROLOGUE, ours);
        byte[] first = write(oracle, HELLO);
        assertThat(responder.readInitiator(first)).isEqualTo(theirs.publicKey());
        assertThat(responder.readFirst(first, ours.shared(theirs.publicKey()))).isEqualTo(HELLO);
        byte[] second = responder.writeSecond(secret(seed), Secret.zero(), ANSWER);
        assertThat(read(oracle, second)).isEqualTo(ANSWER);
        Secret[] keys = responder.split();
        compare(oracle, keys[0], keys[1]);
    }

    private static void compare(HandshakeState oracle, Secret oracleSends, Secret weSend) throws Exception {
        CipherStatePair pair = oracle.split();
        byte[] sealed = new byte[100];
        CipherState sender = pair.getSender();
        int length = sender.encryptWithAd(PROLOGUE, HELLO, 0, sealed, 0, HELLO.length);
        assertThat(Arrays.copyOf(sealed, length)).isEqualTo(ChaChaPoly.seal(oracleSends.expose(), 0, PROLOGUE, HELLO));
        byte[] ours = ChaChaPoly.seal(weSend.expose(), 0, PROLOGUE, ANSWER);
        byte[] opened = new byte[100];
        int openedBytes = pair.getReceiver().decryptWithAd(PROLOGUE, ours, 0, opened, 0, ours.length);
        assertThat(Arrays.copyOf(opened, openedBytes)).isEqualTo(ANSWER);
    }
}
