package io.aggr.tun.openbsd;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.aggr.testing.Layers;
import org.junit.jupiter.api.Test;

class OpenBsdLayersTest {

    private final JavaClasses classes = Layers.mainClasses();

    @Test
    void uses_only_the_api() {
        Layers.platform_modules_use_only_the_api("io.aggr.tun.openbsd..").check(classes);
    }

    @Test
    void shows_no_library_in_a_signature() {
        Layers.exported_signatures_show_no_library(Layers.exportedPackages()).check(classes);
    }
}
