package dev.soliton.local.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The functions found in a staged folder: each folder with a function.json.
 *
 * @param functions those to serve, in the order of their names
 * @param errors what is wrong with those that cannot be, by name
 * @param disabled those that are switched off
 */
record StagedApp(List<FunctionDefinition> functions, Map<String, String> errors, List<String> disabled) {

    static StagedApp read(Path root, AppSettings settings, HostJson hostJson) throws IOException {
        List<Path> folders;
        try (Stream<Path> paths = Files.list(root)) {
            folders = paths.filter(path -> Files.exists(path.resolve("function.json")))
                    .sorted()
                    .toList();
        }
        StagedApp app = new StagedApp(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        for (Path folder : folders) {
            String name = folder.getFileName().toString();
            if (hostJson.allows(name)) {
                app.add(name, folder, settings, hostJson);
            }
        }
        return app;
    }

    private void add(String name, Path folder, AppSettings settings, HostJson hostJson) {
        try {
            FunctionJson json = FunctionJson.read(folder);
            if (json.disabled()
                    || settings.isTrue("AzureWebJobs." + name + ".Disabled")
                    || settings.isTrue("AzureWebJobs_" + name + "_Disabled")) {
                disabled.add(name);
                return;
            }
            FunctionDefinition definition = json.definition();
            if (definition.trigger() instanceof Trigger.Queue && !hostJson.hasExtensionBundle()) {
                throw new FunctionInError(
                        "The binding type(s) 'queueTrigger' are not registered. Please ensure the type is"
                                + " correct and the binding extension is installed.");
            }
            functions.add(definition);
        } catch (FunctionInError | IOException e) {
            errors.put(name, String.valueOf(e.getMessage()));
        }
    }
}
