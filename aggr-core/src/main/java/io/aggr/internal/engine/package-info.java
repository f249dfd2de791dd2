/**
 * The two halves of a bond, without I/O and clock: {@link io.aggr.internal.engine.Egress} takes packets from the TUN and sends datagrams, {@link
 * io.aggr.internal.engine.Ingress} takes datagrams and hands packets to the TUN. They share nothing but two mailboxes.
 */
@NullMarked
package io.aggr.internal.engine;

import org.jspecify.annotations.NullMarked;
