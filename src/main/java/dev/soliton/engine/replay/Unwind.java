package dev.soliton.engine.replay;

/**
 * Leaves the orchestrator's code where it cannot go on in this turn. An {@link Error}, so that a
 * {@code catch (Exception e)} around an await does not swallow it; {@link RunExit} keeps the reason, so that nothing is
 * lost if code catches it all the same.
 */
final class Unwind extends Error {

    Unwind() {
        super("The engine leaves the orchestrator here; this is no failure of it.", null, false, false);
    }
}
