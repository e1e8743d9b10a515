import { serve } from "../../processes/serve.ts";
import { runScenario } from "../run-scenario.ts";

serve(runScenario);
