/**
 * The conditional writes of a claimed instance: claim, commit, release, and what is deleted along with them. A worker
 * that has lost the ownership writes nothing here.
 */
@NullMarked
package dev.soliton.engine.commit;

import org.jspecify.annotations.NullMarked;
