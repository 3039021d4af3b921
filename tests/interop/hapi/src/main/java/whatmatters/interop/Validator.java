package whatmatters.interop;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.StructureDefinition;

/**
 * Validates FHIR R4 JSON files without a network.
 *
 * <p>Each file is held against the R4 base definition of its type, the profiles that its own
 * {@code meta.profile} names, and every {@code --profile} definition of its type; code systems
 * and value sets may be given with {@code --profile} too. One JSON line per issue on standard
 * output: {@code {"file","severity","location","message"}}.
 */
final class Validator {
    private static final FhirContext FHIR = FhirContext.forR4();
    private static final ObjectMapper JSON = new ObjectMapper();

    private Validator() {}

    /** Returns the exit code: 0 without errors, 1 with at least one. */
    static int validate(List<String> arguments) throws IOException {
        final List<String> files = new ArrayList<>();
        final List<StructureDefinition> profiles = new ArrayList<>();
        final var given = new PrePopulatedValidationSupport(FHIR);
        for (int index = 0; index < arguments.size(); index++) {
            if (!arguments.get(index).equals("--profile")) {
                files.add(arguments.get(index));
                continue;
            }
            if (++index == arguments.size()) {
                throw new IllegalArgumentException("--profile needs a file");
            }
            final String text = Files.readString(Path.of(arguments.get(index)));
            final var definition = FHIR.newJsonParser().parseResource(text);
            given.addResource(definition);
            if (definition instanceof StructureDefinition profile) {
                profiles.add(profile);
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no file to validate");
        }
        final FhirValidator validator = validatorWith(given);
        boolean valid = true;
        for (final String file : files) {
            valid &= validateFile(validator, file, profiles);
        }
        return valid ? 0 : 1;
    }

    private static FhirValidator validatorWith(PrePopulatedValidationSupport given) {
        final var instance = new FhirInstanceValidator(new ValidationSupportChain(
                given,
                new DefaultProfileValidationSupport(FHIR),
                new CommonCodeSystemsTerminologyService(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR),
                new SnapshotGeneratingValidationSupport(FHIR)));
        // LOINC and most code systems are not here: codes that cannot be looked up are no error.
        instance.setErrorForUnknownProfiles(true);
        return FHIR.newValidator().registerValidatorModule(instance);
    }

    private static boolean validateFile(
            FhirValidator validator, String file, List<StructureDefinition> profiles)
            throws IOException {
        final String text = Files.readString(Path.of(file));
        final String type;
        try {
            type = JSON.readTree(text).path("resourceType").asText();
            FHIR.getResourceDefinition(type);
        } catch (JsonProcessingException | DataFormatException notFhir) {
            print(file, "fatal", "", notFhir.getMessage());
            return false;
        }
        final var options = new ValidationOptions();
        profiles.stream()
                .filter(profile -> profile.getType().equals(type))
                .forEach(profile -> options.addProfile(profile.getUrl()));
        final var result = validator.validateWithResult(text, options);
        for (final SingleValidationMessage message : result.getMessages()) {
            if (message.getSeverity() != ResultSeverityEnum.INFORMATION) {
                print(file, message.getSeverity().getCode(), message.getLocationString(),
                        message.getMessage());
            }
        }
        return result.isSuccessful();
    }

    private static void print(String file, String severity, String location, String message)
            throws IOException {
        final ObjectNode issue = JSON.createObjectNode();
        issue.put("file", file);
        issue.put("severity", severity);
        issue.put("location", location);
        issue.put("message", message);
        System.out.println(JSON.writeValueAsString(issue));
    }
}
