/**
 * A link carries datagrams over one line. Start from {@link io.aggr.link.Link}.
 */
@NullMarked
package io.aggr.link;

import org.jspecify.annotations.NullMarked;
