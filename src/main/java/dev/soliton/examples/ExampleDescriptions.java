package dev.soliton.examples;

import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.orchestration.Registry;

/** What people are told of the examples before they start one. */
final class ExampleDescriptions {
    private ExampleDescriptions() {}

    static void addTo(Registry registry) {
        registry.describe(
                        HelloCities.NAME,
                        OrchestratorDescription.of(
                                        "Greets cities, one after another. Without an input it greets three.")
                                .withExampleInput("""
                                        ["Oslo", "Lima"]""")
                                .withInputSchema(
                                        """
                                        {"type": ["array", "null"], "items": {"type": "string"}}"""))
                .describe(
                        Counter.NAME,
                        OrchestratorDescription.of(
                                        "Counts for as long as it is let: an actor. Its events are 'add' with"
                                                + " a number, 'reset' and 'end'; its custom status is the count.")
                                .withExampleInput("0")
                                .withInputSchema(
                                        """
                                        {"type": ["number", "null"], "description": "What it begins with."}"""))
                .describe(
                        ImportCatalog.NAME,
                        OrchestratorDescription.of(
                                        "Imports a supplier's catalog from CSV, checks each row, and writes a"
                                                + " summary. The instance ID is import-<supplier>, so that one import of a"
                                                + " supplier runs at a time.")
                                .withExampleInput(
                                        """
                                        {"csv": "sku,name,price,currency,stock\\nACME-1,Steel chair,81.18,EUR,31\\n"}""")
                                .withInputSchema(
                                        """
                                        {"type": "object", "properties": {
                                          "supplier": {"type": "string", "description": "As in the instance ID."},
                                          "container": {"type": "string", "description": "Where the blob is."},
                                          "blob": {"type": "string"},
                                          "csv": {"type": "string", "description": "In place of a blob."}}}"""))
                .describe(
                        OrderSaga.NAME,
                        OrchestratorDescription.of(
                                        "Reserves stock, waits for the event 'approve' where an order is large,"
                                                + " charges and ships; takes back what it did if a later step fails.")
                                .withExampleInput(
                                        """
                                        {"customer": "ada", "shipTo": "DE", "approvalWithin": "PT1H",
                                         "lines": [{"sku": "DESK", "quantity": 1, "price": 120}]}""")
                                .withInputSchema(
                                        """
                                        {"type": "object", "required": ["customer", "shipTo", "lines"], "properties": {
                                          "customer": {"type": "string"},
                                          "shipTo": {"type": "string", "description": "A country."},
                                          "lines": {"type": "array", "items": {
                                            "type": "object", "required": ["sku", "quantity", "price"], "properties": {
                                              "sku": {"type": "string"},
                                              "quantity": {"type": "integer", "minimum": 1},
                                              "price": {"type": "number"}}}},
                                          "approvalWithin": {"type": "string", "description": "An ISO 8601 duration."}}}"""))
                .describe(
                        WatchUrl.NAME,
                        OrchestratorDescription.of("Fetches an address again and again, and notes when it changes. Its"
                                        + " events are 'check', to fetch at once, and 'stop'.")
                                .withExampleInput(
                                        """
                                        {"url": "https://example.com/", "everySeconds": 60}""")
                                .withInputSchema(
                                        """
                                        {"type": "object", "required": ["url"], "properties": {
                                          "url": {"type": "string"},
                                          "everySeconds": {"type": "integer", "minimum": 1}}}"""))
                .describe(
                        ParallelThumbnails.NAME,
                        OrchestratorDescription.of("Makes thumbnails of the images in a container, several at a time.")
                                .withExampleInput(
                                        """
                                        {"container": "photos", "prefix": "summer/", "width": 160}""")
                                .withInputSchema(
                                        """
                                        {"type": "object", "required": ["container"], "properties": {
                                          "container": {"type": "string"},
                                          "prefix": {"type": "string", "description": "What their names begin with."},
                                          "targetContainer": {"type": "string"},
                                          "targetPrefix": {"type": "string"},
                                          "width": {"type": "integer", "minimum": 1, "maximum": 4096}}}"""));
    }
}
