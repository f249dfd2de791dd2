package io.aggr.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.aggr.internal.driver.DriverSample;
import io.aggr.sim.SimulatorOffences;
import io.aggr.testing.Layers;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules themselves: each one finds what it forbids and leaves alone what it allows. */
class LayersTest {

    private static final ArchRule ENGINE = Layers.engine_has_no_clock_no_chance_and_no_io();
    private static final ArchRule SIMULATOR = Layers.simulator_has_no_clock_no_chance_and_no_network();
    private static final ArchRule SIGNATURES = Layers.exported_signatures_show_no_library(Set.of("io.aggr.internal"));

    @ParameterizedTest
    @ValueSource(
            classes = {
                EngineOffences.ReadsNanoTime.class,
                EngineOffences.RefersToNanoTime.class,
                EngineOffences.ReadsMillis.class,
                EngineOffences.ReadsInstant.class,
                EngineOffences.Sleeps.class,
                EngineOffences.Parks.class,
                EngineOffences.MakesUnseededRandom.class,
                EngineOffences.UsesThreadLocalRandom.class,
                EngineOffences.MakesSecureRandom.class,
                EngineOffences.CallsMathRandom.class,
                EngineOffences.OpensSocket.class,
                EngineOffences.UsesSelector.class,
                EngineOffences.ReadsFile.class,
                EngineOffences.Prints.class
            })
    void finds_clock_chance_and_io_in_the_engine(Class<?> offender) {
        finds(ENGINE, offender);
    }

    @Test
    void allows_the_engine_what_is_handed_in() {
        allows(ENGINE, EngineOffences.Innocent.class);
        allows(Layers.core_uses_only_its_libraries(), EngineOffences.Innocent.class);
    }

    @Test
    void allows_the_driver_to_read_a_clock() {
        allows(ENGINE, DriverSample.class);
    }

    @Test
    void finds_an_engine_that_knows_the_driver() {
        finds(Layers.engine_does_not_know_what_runs_it(), EngineOffences.KnowsTheDriver.class);
    }

    @ParameterizedTest
    @ValueSource(classes = {SimulatorOffences.ReadsNanoTime.class, SimulatorOffences.OpensSocket.class})
    void finds_the_real_world_in_the_simulator(Class<?> offender) {
        finds(SIMULATOR, offender);
    }

    @Test
    void allows_the_simulator_to_write_a_report() {
        allows(SIMULATOR, SimulatorOffences.Innocent.class);
    }

    @ParameterizedTest
    @ValueSource(classes = {EngineOffences.UsesUnsafeQueue.class, EngineOffences.UsesTestFramework.class})
    void finds_a_library_that_core_must_not_use(Class<?> offender) {
        finds(Layers.core_uses_only_its_libraries(), offender);
    }

    @Test
    void finds_a_library_in_the_api() {
        finds(Layers.api_uses_only_the_jdk(), EngineOffences.ReturnsGuava.class);
    }

    @Test
    void finds_the_engine_in_a_platform_module() {
        finds(Layers.platform_modules_use_only_the_api("io.aggr.internal"), EngineOffences.KnowsTheDriver.class);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                EngineOffences.ReturnsGuava.class,
                EngineOffences.TakesGuavaInATypeArgument.class,
                EngineOffences.HasProtectedLogger.class,
                EngineOffences.ImplementsJCTools.class
            })
    void finds_a_library_in_a_signature(Class<?> offender) {
        finds(SIGNATURES, offender);
    }

    @Test
    void allows_a_library_behind_a_signature() {
        allows(SIGNATURES, EngineOffences.HidesGuava.class);
    }

    private static void finds(ArchRule rule, Class<?> offender) {
        assertThatThrownBy(() -> rule.check(new ClassFileImporter().importClasses(offender, offender.getNestHost())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(offender.getSimpleName());
    }

    private static void allows(ArchRule rule, Class<?> innocent) {
        assertThatCode(() -> rule.check(new ClassFileImporter().importClasses(innocent, innocent.getNestHost())))
                .doesNotThrowAnyException();
    }
}
