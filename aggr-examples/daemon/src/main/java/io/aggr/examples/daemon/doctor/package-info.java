/** Looks at the machine: what a bond can have here, and how fast. */
@NullMarked
package io.aggr.examples.daemon.doctor;

import org.jspecify.annotations.NullMarked;
