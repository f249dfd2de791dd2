package io.aggr.internal.driver;

import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.noise.NoiseEncapsulator;
import io.aggr.internal.noise.PeerOptions;
import io.aggr.internal.noise.Renewal;
import io.aggr.internal.noise.Secret;
import io.aggr.internal.noise.StampStore;
import io.aggr.internal.noise.StaticKeys;
import io.aggr.internal.noise.Suite;
import io.aggr.spi.ProviderConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code noise}, and reads its keys from where they are kept. Options for all peers: {@code private-key-file} or {@code private-key}, {@code
 * cipher}, {@code state-file}, {@code insecure-permissions}. Options for each peer: {@code public-key}, and if both ends have one, {@code
 * preshared-key-file} or {@code preshared-key}.
 *
 * <p>For tests, and only as a property of the virtual machine: {@value #RENEWAL_PROPERTY}, whole seconds from one pair of keys to the next, 2 to 120.
 */
public final class NoiseEncapsulatorProvider implements EncapsulatorProvider {

    /** Property of the virtual machine by which tests have keys changed more often. No file of the daemon can say it. */
    static final String RENEWAL_PROPERTY = "io.aggr.test.new-keys-seconds";

    private static final Logger LOG = LoggerFactory.getLogger(NoiseEncapsulatorProvider.class);
    private static final long SECOND = 1_000_000_000L;

    /** For the service loader. */
    public NoiseEncapsulatorProvider() {}

    @Override
    public String name() {
        return "noise";
    }

    @Override
    public boolean authenticates() {
        return true;
    }

    @Override
    public Encapsulator create(ProviderConfig config, LongSupplier random) {
        boolean insecure = config.flag("insecure-permissions", false);
        Suite suite = Suite.named(config.string("cipher", Suite.USUAL.optionName()));
        String stateFile = config.string("state-file", "");
        Secret key = secret(config, "private-key", insecure);
        if (key == null) {
            throw new IllegalArgumentException("private-key-file must be given: a file with the output of genkey");
        }
        StampStore stamps = stateFile.isEmpty() ? StampStore.inMemory() : new StampFile(Path.of(stateFile));
        return new NoiseEncapsulator(
                new StaticKeys(key),
                suite,
                random,
                NoiseEncapsulatorProvider::wallNanos,
                stamps,
                new Options(insecure),
                renewal());
    }

    private static Renewal renewal() {
        String text = System.getProperty(RENEWAL_PROPERTY);
        if (text == null) {
            return Renewal.USUAL;
        }
        try {
            Renewal renewal = Renewal.every(Integer.parseInt(text));
            LOG.warn("keys are changed every {} s, as tests want it: {} is set", text, RENEWAL_PROPERTY);
            return renewal;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    RENEWAL_PROPERTY + " must be a whole number of seconds from 2 to 120, got \"" + text + "\"", e);
        }
    }

    private static long wallNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * SECOND + now.getNano();
    }

    private static @Nullable Secret secret(ProviderConfig config, String option, boolean insecure) {
        String text = config.string(option, "");
        String file = config.string(option + "-file", "");
        if (!text.isEmpty() && !file.isEmpty()) {
            throw new IllegalArgumentException(option + " and " + option + "-file must not both be given");
        }
        if (!file.isEmpty()) {
            return KeyFile.read(option + "-file", file, insecure);
        }
        return text.isEmpty() ? null : KeyText.parseSecret(option, text);
    }

    private record Options(boolean insecure) implements PeerOptions {

        @Override
        public byte[] publicKey(ProviderConfig options) {
            String text = options.string("public-key", "");
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "public-key must be given: what pubkey says of the peer's private key");
            }
            return KeyText.parse("public-key", text);
        }

        @Override
        public Secret presharedKey(ProviderConfig options) {
            Secret key = secret(options, "preshared-key", insecure);
            return key == null ? Secret.copyOf(new byte[Secret.BYTES]) : key;
        }
    }
}
