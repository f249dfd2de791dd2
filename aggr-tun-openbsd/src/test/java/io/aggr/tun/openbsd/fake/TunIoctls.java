package io.aggr.tun.openbsd.fake;

import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import java.nio.ByteBuffer;

/** What ioctl(2) answers on an open tun(4) descriptor. */
final class TunIoctls {

    private static final int LEAST_MTU_BYTES = 46;

    /** Flags of an interface that TUNSIFINFO and TUNSIFMODE are about. */
    private static final int MODE = Abi.IFF_POINTOPOINT | Abi.IFF_MULTICAST | Abi.IFF_BROADCAST;

    private TunIoctls() {}

    static int answer(Release release, LinuxHost host, FakeTun tun, long request, long argument) {
        FakeInterface network = tun.network;
        if (request == Abi.TUNGIFINFO) {
            ByteBuffer info = View.bytes(argument, Abi.Tuninfo.SIZE);
            int flags = release.isStrictAboutInfo() ? network.flags & MODE : network.flags;
            info.putInt(Abi.Tuninfo.MTU, network.mtuBytes)
                    .putShort(Abi.Tuninfo.TYPE, (short) Abi.IFT_TUNNEL)
                    .putShort(Abi.Tuninfo.FLAGS, (short) flags)
                    .putInt(Abi.Tuninfo.BAUDRATE, network.baudrate);
            return 0;
        }
        if (request == Abi.TUNSIFINFO) {
            return setInfo(release, network, View.bytes(argument, Abi.Tuninfo.SIZE));
        }
        if (request == Abi.TUNSIFMODE) {
            int mode = View.bytes(argument, 4).getInt(0);
            if ((mode & (Abi.IFF_POINTOPOINT | Abi.IFF_BROADCAST)) == 0) {
                return -Errno.EINVAL;
            }
            network.flags = (network.flags & ~MODE) | (mode & MODE);
            return 0;
        }
        if (request == Abi.TUNSCAP && release.hasOffloads()) {
            network.capabilities = View.bytes(argument, 4).getInt(0);
            return 0;
        }
        if (request == Abi.FIONREAD) {
            View.bytes(argument, 4).putInt(0, tun.nextPacketBytes());
            return 0;
        }
        if (request == Abi.FIONBIO) {
            return host.setNonBlocking(tun.device, View.bytes(argument, 4).getInt(0) != 0);
        }
        return -Errno.ENOTTY;
    }

    private static int setInfo(Release release, FakeInterface network, ByteBuffer info) {
        int mtuBytes = info.getInt(Abi.Tuninfo.MTU);
        int type = Short.toUnsignedInt(info.getShort(Abi.Tuninfo.TYPE));
        int flags = Short.toUnsignedInt(info.getShort(Abi.Tuninfo.FLAGS));
        if (mtuBytes < LEAST_MTU_BYTES || mtuBytes > Abi.TUNMRU || type != Abi.IFT_TUNNEL) {
            return -Errno.EINVAL;
        }
        if (release.isStrictAboutInfo()) {
            if (flags != (network.flags & MODE)) {
                return -Errno.EINVAL;
            }
        } else {
            int mask = MODE | Abi.IFF_UP;
            network.flags = (network.flags & ~mask) | (flags & mask);
        }
        network.mtuBytes = mtuBytes;
        network.baudrate = info.getInt(Abi.Tuninfo.BAUDRATE);
        return 0;
    }
}
