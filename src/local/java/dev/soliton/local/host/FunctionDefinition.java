package dev.soliton.local.host;

import java.nio.file.Path;

/** One function of the staged folder as its function.json describes it. */
record FunctionDefinition(String name, Path scriptFile, String entryPoint, Trigger trigger) {

    /** The name the host's log and its blobs use. */
    String logName() {
        return "Functions." + name;
    }
}
