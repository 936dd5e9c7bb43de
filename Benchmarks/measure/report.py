"""Figures and the table that they end in."""
import json, os, statistics

results = []


def say(text):
    print(text, flush=True)


def report(what, unit, values, floor=None, floor_name="", target="", is_met=None):
    """One row. Ratios are of rounds that ran one after the other, so that what else the machine does hits both.

    `is_met` says of the median, or of the ratio where there is a floor, whether it is what was wanted.
    """
    row = {"what": what, "unit": unit, "median": statistics.median(values), "least": min(values),
           "greatest": max(values), "rounds": len(values), "target": target}
    if floor:
        ratios = [a / b for a, b in zip(values, floor)]
        row |= {"floor": floor_name, "floor_median": statistics.median(floor), "ratio": statistics.median(ratios),
                "ratio_least": min(ratios), "ratio_greatest": max(ratios)}
    if is_met is not None:
        row["met"] = bool(is_met(row["ratio"] if floor else row["median"]))
    results.append(row)
    say("  " + " · ".join(cell for cell in cells(row) if cell))


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def cells(row):
    floor = f"{number(row['floor_median'])} ({row['floor']})" if "floor" in row else ""
    ratio = f"{row['ratio']:.2f} ({row['ratio_least']:.2f} to {row['ratio_greatest']:.2f})" if "floor" in row else ""
    spread = f"{number(row['least'])} to {number(row['greatest'])}" if row["rounds"] > 1 else ""
    met = {True: "yes", False: "no"}.get(row.get("met"), "")
    return [row["what"], f"{number(row['median'])} {row['unit']}", spread, floor, ratio, row["target"], met]


def machine():
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
    memory = int(open("/proc/meminfo").readline().split()[1]) / (1 << 20)
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, shared with the broker, the engine and the load"


def write(folder):
    json.dump({"machine": machine(), "results": results}, open(f"{folder}/result.json", "w"), indent=1)
    heads = ["what", "median", "least to greatest", "floor", "ratio", "wanted", "reached"]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cells(row)) + " |" for row in results]
    text = f"{machine()}\n\n" + "\n".join(lines) + "\n"
    open(f"{folder}/result.md", "w").write(text)
    say("\n" + text)
