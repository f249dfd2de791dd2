package io.aggr.internal.reorder;

import io.aggr.reorder.ReorderBuffer;

/** A reorder buffer of this project's own. It is tested together with the engine, so nobody watches over its calls. */
public interface BuiltIn extends ReorderBuffer {}
