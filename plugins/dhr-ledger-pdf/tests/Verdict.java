import java.io.File;
import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints what veraPDF finds of each PDF: its name, the profile, "true" or "false", and which rules failed how often. */
public class Verdict {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            for (String profile : new String[] {"2a", "ua1"}) {
                PDFAFlavour flavour = PDFAFlavour.byFlavourId(profile);
                try (FileInputStream in = new FileInputStream(file);
                        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour)) {
                    ValidationResult found = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
                    String name = new File(file).getName();
                    System.out.println(String.join("\t", name, profile, "" + found.isCompliant(), "" + found.getFailedChecks()));
                }
            }
        }
    }
}
