/**
 * Shows in a minute what a bond does: two ADSL lines alone, one line per connection as in 2006, and bonded. Start from {@link
 * io.aggr.examples.lab.demo.DemoMain}.
 */
@NullMarked
package io.aggr.examples.lab.demo;

import org.jspecify.annotations.NullMarked;
