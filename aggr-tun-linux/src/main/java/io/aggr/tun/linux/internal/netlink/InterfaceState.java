package io.aggr.tun.linux.internal.netlink;

/**
 * What the kernel knows of an interface.
 *
 * @param index its number
 * @param mtuBytes longest packet
 * @param queuePackets packets that it queues for sending
 * @param isUp whether it has been set up
 */
public record InterfaceState(int index, int mtuBytes, int queuePackets, boolean isUp) {}
