package dev.soliton.local;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A function that a test holds, by files, and that then tells which storage answers it. */
public final class GatedFunction {

    private static final Pattern BLOBS = Pattern.compile("BlobEndpoint=([^;]+)");

    /** Says that it was entered, waits until it may go on, and calls the storage. */
    public HttpResponseMessage run(@HttpTrigger(name = "request") HttpRequestMessage<Optional<String>> request)
            throws IOException, InterruptedException {
        Path gate = Path.of(request.getBody().orElseThrow());
        Files.createFile(gate.resolve("entered"));
        while (!Files.exists(gate.resolve("open"))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Matcher endpoint = BLOBS.matcher(System.getenv("AzureWebJobsStorage"));
        if (!endpoint.find()) {
            throw new IllegalStateException("no endpoint of blobs");
        }
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(endpoint.group(1)).toURL().openConnection();
        connection.getResponseCode();
        return request.createResponseBuilder(HttpStatus.OK)
                .body(connection.getHeaderField("Server"))
                .build();
    }
}
