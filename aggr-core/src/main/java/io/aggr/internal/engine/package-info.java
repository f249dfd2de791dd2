/**
 * The two halves of a bond, without I/O and clock: {@link io.aggr.internal.engine.Egress} takes packets from the TUN and sends datagrams, {@link
 * io.aggr.internal.engine.Ingress} takes datagrams and hands packets to the TUN. They share nothing but two mailboxes: what one's {@code Outbox} says
 * is read by the other's {@code Mail}. Each half has a registry of its peers and, for each, one object that puts together those that work for it,
 * {@code PeerEgress} and {@code PeerIngress}.
 */
@NullMarked
package io.aggr.internal.engine;

import org.jspecify.annotations.NullMarked;
