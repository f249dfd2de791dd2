package io.aggr.testing;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

class ApiLayersTest {

    private final JavaClasses classes = Layers.mainClasses();

    @Test
    void uses_only_the_jdk() {
        Layers.api_uses_only_the_jdk().check(classes);
    }

    @Test
    void shows_no_library_in_a_signature() {
        Layers.exported_signatures_show_no_library(Layers.exportedPackages()).check(classes);
    }
}
