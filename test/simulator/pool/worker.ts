import { runScenario } from "../run-scenario.ts";
import { serve } from "./serve.ts";

serve(runScenario);
