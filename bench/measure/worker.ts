import { serve } from "../../test/processes/serve.ts";
import { runJob } from "./job.ts";

serve(runJob);
