package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Bond;
import io.aggr.Providers;
import io.aggr.examples.daemon.CheckKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleConfigsTest {

    private static final Path FOLDER = Path.of("..", "conf");

    @ParameterizedTest
    @ValueSource(strings = {"gate-megabit.toml", "gate-gigabit.toml", "everything.toml"})
    void a_sample_is_good_with_the_plugins_of_the_library(String name) throws Exception {
        Providers providers = Providers.discover(Bond.class.getClassLoader());

        DaemonConfig read = new ConfigReader(FOLDER.resolve(name), null, folder -> providers, hosts -> Map.of()).read();

        CheckKit.check(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"everything.toml"})
    void the_sample_of_every_key_names_every_key(String name) throws Exception {
        String text = Files.readString(FOLDER.resolve(name));
        for (Schema schema : Schema.values()) {
            for (String key : schema.keys()) {
                assertThat(text).containsPattern("(?m)(^|\\[|\\.|# )" + key + "( = |\\])");
            }
        }
    }
}
