package dev.soliton.examples;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a catalog, or a part of one, row by row: CSV as in RFC 4180, in UTF-8 with or without a byte order mark, with a
 * header that names the columns in any order.
 *
 * <p>What cannot be split into rows for sure fails the catalog; what is wrong with one row is left to that row. Blank
 * lines are no rows.
 */
final class CatalogReader implements Closeable {
    private static final int MAX_ROW_LENGTH = 1 << 20;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final LineOffsets offsets;
    private final CsvReader<CsvRecord> csv;
    private final Iterator<CsvRecord> records;
    private final long linesBefore;
    private final ProductRules rules;
    private long lastLine;

    private CatalogReader(LineOffsets offsets, BufferedReader text, @Nullable List<String> columns, long firstLine) {
        this.offsets = offsets;
        this.linesBefore = firstLine - 1;
        this.lastLine = linesBefore;
        this.csv = CsvReader.builder()
                .acceptCharsAfterQuotes(false)
                .maxBufferSize(MAX_ROW_LENGTH)
                .ofCsvRecord(text);
        this.records = csv.iterator();
        this.rules = new ProductRules(columns == null ? header() : columns);
    }

    /**
     * Reads a catalog from its beginning.
     *
     * @throws ImportException if the header is not one of a catalog
     */
    static CatalogReader ofCatalog(InputStream bytes) throws IOException {
        LineOffsets offsets = new LineOffsets(bytes);
        BufferedReader text = decoded(offsets);
        text.mark(1);
        try {
            if (text.read() != BYTE_ORDER_MARK) {
                text.reset();
            }
        } catch (CharacterCodingException e) {
            throw notUtf8(0, e);
        }
        return new CatalogReader(offsets, text, null, 1);
    }

    /** Reads a part of a catalog whose header was read before. */
    static CatalogReader ofRows(InputStream bytes, List<String> columns, long firstLine) {
        LineOffsets offsets = new LineOffsets(bytes);
        return new CatalogReader(offsets, decoded(offsets), columns, firstLine);
    }

    /** The columns in the order of the header. */
    List<String> columns() {
        return rules.columns();
    }

    /** The next row; null at the end. */
    @Nullable
    CatalogRow next() {
        CsvRecord row = nextRecord();
        return row == null ? null : rules.check(lastLine, row.getFields());
    }

    /** The byte, counted from where reading began, at which the row begins that was returned last. */
    long offset() {
        return offsets.startOf(lastLine - linesBefore);
    }

    /** How many bytes were read; at the end that is all. */
    long bytesRead() {
        return offsets.position();
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }

    private List<String> header() {
        CsvRecord header = nextRecord();
        if (header == null) {
            throw new ImportException(
                    "The catalog is empty; its first line should be " + String.join(",", ProductRules.COLUMNS) + ".");
        }
        List<String> columns = new ArrayList<>();
        for (String name : header.getFields()) {
            columns.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return columns;
    }

    private @Nullable CsvRecord nextRecord() {
        try {
            if (!records.hasNext()) {
                return null;
            }
            CsvRecord row = records.next();
            lastLine = linesBefore + row.getStartingLineNumber();
            return row;
        } catch (CsvParseException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ImportException(
                    "The catalog cannot be read on after the row of line " + lastLine + ": " + cause.getMessage(), e);
        } catch (UncheckedIOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CharacterCodingException) {
                    throw notUtf8(lastLine, e);
                }
            }
            throw e;
        }
    }

    private static BufferedReader decoded(InputStream bytes) {
        // Given as a decoder, the charset refuses what is not UTF-8; given by name, it would replace it in silence.
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
    }

    private static ImportException notUtf8(long lastGoodLine, Exception cause) {
        return new ImportException(
                "The catalog should be in UTF-8, and is not, somewhere after line " + lastGoodLine + ".", cause);
    }
}
