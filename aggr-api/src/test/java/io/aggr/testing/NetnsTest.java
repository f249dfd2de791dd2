package io.aggr.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that makes network namespaces or TUN devices. It needs root on Linux, {@code ip} of iproute2 and
 * {@code /dev/net/tun}; elsewhere it is skipped and the reason printed. With {@code AGGR_REQUIRE=netns} in the
 * environment or {@code -Daggr.require=netns} it fails instead of being skipped, so that a build that must run these
 * tests cannot leave them out unnoticed.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("netns")
@ExtendWith(NetnsCondition.class)
public @interface NetnsTest {}
