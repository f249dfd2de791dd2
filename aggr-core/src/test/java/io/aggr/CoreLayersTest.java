package io.aggr;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.aggr.testing.Layers;
import org.junit.jupiter.api.Test;

class CoreLayersTest {

    private static final JavaClasses CLASSES = Layers.mainClasses();

    @Test
    void uses_only_its_libraries() {
        Layers.core_uses_only_its_libraries().check(CLASSES);
    }

    @Test
    void shows_no_library_in_a_signature() {
        Layers.exported_signatures_show_no_library(Layers.exportedPackages()).check(CLASSES);
    }

    @Test
    void engine_has_no_clock_no_chance_and_no_io() {
        Layers.engine_has_no_clock_no_chance_and_no_io().check(CLASSES);
    }

    @Test
    void simulator_has_no_clock_no_chance_and_no_network() {
        Layers.simulator_has_no_clock_no_chance_and_no_network().check(CLASSES);
    }

    @Test
    void engine_does_not_know_what_runs_it() {
        Layers.engine_does_not_know_what_runs_it().check(CLASSES);
    }
}
