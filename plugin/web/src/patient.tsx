import { render } from "preact";
import { NoContext } from "./components/no_context";
import { PatientPage } from "./components/patient_page";
import { fragmentValue, reloadOnContextChange } from "./server/fragment";
import "./style/style.css";

const token = fragmentValue("c");
reloadOnContextChange();
render(token ? <PatientPage token={token} /> : <NoContext />, document.getElementById("page")!);
